-- invalid enum value = index 0, empty set
SET SESSION sql_mode='';
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 e ENUM('a','b'),
 s SET('r','g')
) ;
INSERT INTO t (id,e,s) VALUES (1,'a','r');
INSERT INTO t (id,e,s) VALUES (2,'zzz','r,x');
INSERT INTO t (id,e,s) VALUES (3,0,0);
-- @create
SET SESSION sql_mode='';
INSERT INTO t (id,e,s) SELECT id+100,e,s FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.e=b.e, a.s=b.s WHERE a.id=1;
DELETE FROM t WHERE id=102;
