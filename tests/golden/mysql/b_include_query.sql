-- source.query
-- @config include.query=true
-- @config include.schema.changes=false
-- @before
-- @mysql
SET GLOBAL binlog_rows_query_log_events=ON;
-- @setup
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (10,'x',10) /* comment é */;
BEGIN;
UPDATE t SET v='q''uote\n' WHERE id=1;
DELETE FROM t WHERE id=2;
COMMIT;
