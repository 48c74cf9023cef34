-- binlog_format not ROW at start
-- @only mysql
-- @config include.schema.changes=false
-- @before
SET GLOBAL binlog_format='MIXED';
-- @setup
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (11,'row',1);
