-- b_interleaved
-- @config provide.transaction.metadata=true
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
-- @on 1
BEGIN;
INSERT INTO t VALUES (40,'c1',1);
-- @on 2
BEGIN;
-- @on 2
INSERT INTO t VALUES (41,'c2',1);
-- @on 1
INSERT INTO t VALUES (42,'c1',1);
-- @on 2
COMMIT;
-- @on 1
COMMIT;
