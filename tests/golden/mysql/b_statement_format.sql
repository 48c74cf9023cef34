-- statement-based events in the stream
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
SET SESSION binlog_format='STATEMENT';
INSERT INTO t VALUES (10,'stmt',1);
UPDATE t SET n=9 WHERE id=1;
SET SESSION binlog_format='ROW';
INSERT INTO t VALUES (11,'row',1);
