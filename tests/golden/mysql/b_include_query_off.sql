-- b_include_query_off
-- @config include.query=true
-- @config include.schema.changes=false
-- @before
-- @mariadb
SET GLOBAL binlog_annotate_row_events=OFF;
-- @setup
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (10,'x',10);
