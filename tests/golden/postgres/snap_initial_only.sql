-- snapshot.mode=initial_only
-- @config snapshot.mode=initial_only
-- @no-stream
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'not seen');
-- @sync
