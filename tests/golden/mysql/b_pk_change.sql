-- key changes: d + tombstone + c with __debezium.newkey/oldkey headers
-- @config include.schema.changes=false
CREATE TABLE t (a INT, b VARCHAR(3), c INT, PRIMARY KEY(b,a));
INSERT INTO t VALUES (1,'x',1),(2,'y',2),(3,'z',3);
-- @create
UPDATE t SET a=100 WHERE a=1;
UPDATE t SET b='Y', c=5 WHERE a=2;
BEGIN;
UPDATE t SET a=a+1 ORDER BY a DESC;
COMMIT;
UPDATE t SET b=UPPER(b);
