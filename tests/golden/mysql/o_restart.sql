-- stop, changes while stopped, resume
-- @config provide.transaction.metadata=true
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (10,'x',10);
BEGIN;
INSERT INTO t VALUES (11,'y',1);
INSERT INTO t VALUES (12,'y',1);
COMMIT;
-- @stop
INSERT INTO t VALUES (13,'while stopped',1);
ALTER TABLE t ADD w INT DEFAULT 4;
INSERT INTO t VALUES (14,'while stopped',1,5);
DELETE FROM t WHERE id=1;
-- @resume
INSERT INTO t (id) VALUES (15);
