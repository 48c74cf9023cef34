-- snapshot.mode=configuration_based
-- @mask source\.txId
-- @config snapshot.mode=configuration_based
-- @config snapshot.mode.configuration.based.snapshot.data=true
-- @config snapshot.mode.configuration.based.snapshot.schema=true
-- @config snapshot.mode.configuration.based.start.stream=true
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'three');
-- @sync
-- @delete
UPDATE a SET v = 'while down' WHERE id = 1; INSERT INTO a VALUES (4, 'down');
-- @create
INSERT INTO a VALUES (5, 'after');
-- @sync
