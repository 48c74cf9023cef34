-- b_txmeta
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config provide.transaction.metadata=true
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
CREATE TABLE o (id INT PRIMARY KEY, x INT);
-- @create
BEGIN;
INSERT INTO t VALUES (10,'x',1);
INSERT INTO o VALUES (1,1);
UPDATE t SET n=5 WHERE id=10;
DELETE FROM t WHERE id=1;
COMMIT;
INSERT INTO o VALUES (2,2),(3,3);
UPDATE t SET id=50 WHERE id=2;
CREATE TABLE q (id INT PRIMARY KEY);
INSERT INTO q VALUES (1);
BEGIN;
INSERT INTO o VALUES (9,9);
ROLLBACK;
INSERT INTO o VALUES (10,10);
