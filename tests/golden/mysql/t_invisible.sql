-- t_invisible
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 a INT,
 h INT INVISIBLE DEFAULT 7,
 b VARCHAR(10)
) ;
INSERT INTO t (id,a,h,b) VALUES (1,1,2,'x');
INSERT INTO t (id,a,h,b) VALUES (2,3,NULL,'y');
-- @create
INSERT INTO t (id,a,h,b) SELECT id+100,a,h,b FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.a=b.a, a.h=b.h, a.b=b.b WHERE a.id=1;
DELETE FROM t WHERE id=102;
