-- b_tx_compression
-- @only mysql
-- @config provide.transaction.metadata=true
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b TEXT, c BLOB, d VARCHAR(10) NOT NULL DEFAULT 'dd', e DATE);
INSERT INTO t VALUES (1,1,'text',x'01','d','2024-01-01'),(2,2,'text2',x'02','d2',NULL);
-- @create
SET SESSION binlog_transaction_compression=ON;
INSERT INTO t (id,a) VALUES (3,3);
UPDATE t SET a=11 WHERE id=1;
UPDATE t SET b='new' WHERE id=2;
UPDATE t SET id=30 WHERE id=3;
DELETE FROM t WHERE id=1;
BEGIN;
INSERT INTO t (id,a,b) VALUES (50,1,REPEAT('z',5000)),(51,2,'x');
UPDATE t SET a=a+1;
COMMIT;
SET SESSION binlog_transaction_compression=OFF;
INSERT INTO t (id) VALUES (60);
