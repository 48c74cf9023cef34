-- server says FULL at start, session switches to MINIMAL
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b TEXT, c BLOB, d VARCHAR(10) NOT NULL DEFAULT 'dd', e DATE);
INSERT INTO t VALUES (1,1,'text',x'01','d','2024-01-01'),(2,2,'text2',x'02','d2',NULL);
-- @create
SET SESSION binlog_row_image='MINIMAL';
INSERT INTO t (id,a) VALUES (3,3);
UPDATE t SET a=11 WHERE id=1;
UPDATE t SET b='new' WHERE id=2;
UPDATE t SET id=30 WHERE id=3;
DELETE FROM t WHERE id=1;
