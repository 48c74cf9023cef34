-- topic.creation.default.partitions=3: which key goes to which partition
-- @config topic.creation.default.partitions=3
-- @config topic.creation.default.replication.factor=1
CREATE TABLE p3 (id int primary key, t text);
INSERT INTO p3 SELECT g, 'r' || g FROM generate_series(1, 20) g;
CREATE TABLE nk (a int); ALTER TABLE nk REPLICA IDENTITY FULL;
-- @create
INSERT INTO p3 SELECT g, 'r' || g FROM generate_series(21, 40) g;
UPDATE p3 SET t = 'u' WHERE id IN (3, 33);
DELETE FROM p3 WHERE id = 7;
