-- x_unwrap_delete_to_tombstone
-- @config transforms=unwrap
-- @config transforms.unwrap.type=io.debezium.transforms.ExtractNewRecordState
-- @config transforms.unwrap.delete.tombstone.handling.mode=delete-to-tombstone
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20) DEFAULT 'dv', n INT, ts TIMESTAMP NULL);
INSERT INTO t VALUES (1,'a',1,'2024-01-01 00:00:00'),(2,'b',2,NULL),(3,NULL,3,NULL);
-- @create
INSERT INTO t VALUES (10,'x',10,NULL);
UPDATE t SET v='aa' WHERE id=1;
UPDATE t SET id=20 WHERE id=2;
DELETE FROM t WHERE id=3;
TRUNCATE t;
