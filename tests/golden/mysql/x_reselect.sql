-- ReselectColumnsPostProcessor on a binlog: nulls are read again
-- @config post.processors=res
-- @config post.processors.res.type=io.debezium.processors.reselect.ReselectColumnsPostProcessor
-- @config post.processors.res.reselect.columns.exclude.list=inv.t:x
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b DATETIME(3), c DECIMAL(8,2), d INT DEFAULT 5, e BLOB, x INT);
INSERT INTO t VALUES (1, NULL, NULL, NULL, NULL, NULL, NULL);
-- @create
INSERT INTO t VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL);
-- @sync
UPDATE t SET a = 'é', b = '2024-06-15 12:34:56.7', c = 1.50 WHERE id = 2;
-- @sync
UPDATE t SET id = 3 WHERE id = 2;
-- @sync
DELETE FROM t WHERE id = 3;
