-- stop, DELETE offsets, resume: a new snapshot
-- @mask source\.txId
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'x');
-- @sync
-- @stop
-- @delete-offsets
-- @resume
-- @sleep 4
-- @sync
INSERT INTO a VALUES (4, 'again');
