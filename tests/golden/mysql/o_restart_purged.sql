-- binlog position no longer available after restart, snapshot.mode=initial
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (10,'x',10);
-- @stop
INSERT INTO t VALUES (13,'lost',1);
-- @fresh-binlog
INSERT INTO t VALUES (14,'after reset',1);
-- @resume
INSERT INTO t VALUES (15,'end',1);
