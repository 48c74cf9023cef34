-- pause, resume, stop, resume, restart
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'x');
-- @sync
-- @pause
INSERT INTO a VALUES (4, 'paused');
-- @resume
-- @sync
-- @stop
INSERT INTO a VALUES (5, 'stopped');
-- @resume
-- @sync
-- @restart
INSERT INTO a VALUES (6, 'restarted');
