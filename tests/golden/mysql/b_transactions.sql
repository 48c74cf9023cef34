-- savepoints, rollbacks, XA (prepared then rolled back)
-- @config provide.transaction.metadata=true
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
BEGIN;
INSERT INTO t VALUES (10,'x',1);
SAVEPOINT s1;
INSERT INTO t VALUES (11,'rolled back',1);
ROLLBACK TO SAVEPOINT s1;
INSERT INTO t VALUES (12,'y',1);
RELEASE SAVEPOINT s1;
COMMIT;
BEGIN;
INSERT INTO t VALUES (13,'never',1);
ROLLBACK;
XA START 'x1';
INSERT INTO t VALUES (14,'xa',1);
XA END 'x1';
XA PREPARE 'x1';
XA COMMIT 'x1';
XA START 'x2';
INSERT INTO t VALUES (15,'xa one phase',1);
XA END 'x2';
XA COMMIT 'x2' ONE PHASE;
XA START 'x3';
INSERT INTO t VALUES (16,'xa rolled back',1);
XA END 'x3';
XA PREPARE 'x3';
XA ROLLBACK 'x3';
INSERT INTO t VALUES (17,'end',1);
