-- adaptive is refused
-- @config time.precision.mode=adaptive
-- @config include.schema.changes=false
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 d DATE
) ;
INSERT INTO t (id,d) VALUES (1,'2024-01-01');
-- @create
INSERT INTO t (id,d) SELECT id+100,d FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=1 SET a.d=b.d WHERE a.id=1;
DELETE FROM t WHERE id=102;
