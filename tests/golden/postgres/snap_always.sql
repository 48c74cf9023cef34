-- snapshot.mode=always, connector deleted and created again
-- @config snapshot.mode=always
-- @mask source\.txId
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'three');
-- @sync
-- @delete
UPDATE a SET v = 'while down' WHERE id = 1; INSERT INTO a VALUES (4, 'down');
-- @create
INSERT INTO a VALUES (5, 'after');
-- @sync
