-- schema history out of sync with the row event
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, v INT);
INSERT INTO t VALUES (1,1);
-- @create
SET SESSION sql_log_bin=0;
ALTER TABLE t ADD w INT;
SET SESSION sql_log_bin=1;
INSERT INTO t VALUES (2,2,2);
INSERT INTO t VALUES (3,3,3);
