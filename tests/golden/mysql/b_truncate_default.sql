-- truncate with default skipped.operations
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
TRUNCATE TABLE t;
INSERT INTO t VALUES (1,'a',1);
