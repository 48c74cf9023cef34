-- d_unknown_table_warn
-- @config inconsistent.schema.handling.mode=warn
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY);
INSERT INTO t VALUES (1);
-- @create
SET SESSION sql_log_bin=0;
CREATE TABLE ghost (id INT PRIMARY KEY, v INT);
SET SESSION sql_log_bin=1;
INSERT INTO ghost VALUES (1,1);
INSERT INTO t VALUES (2);
