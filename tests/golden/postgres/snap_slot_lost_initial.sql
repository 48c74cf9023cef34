-- snapshot.mode=initial: the slot is dropped while the connector is away
-- @config snapshot.mode=initial
-- @go-on
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'three');
-- @sync
-- @delete
INSERT INTO a VALUES (4, 'down');
SELECT pg_drop_replication_slot('${NAME}');
INSERT INTO a VALUES (5, 'slot gone');
-- @create
INSERT INTO a VALUES (6, 'after');
-- @sync
