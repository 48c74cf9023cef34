-- t_generated
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 a INT,
 b INT,
 s INT GENERATED ALWAYS AS (a+b) STORED,
 v INT GENERATED ALWAYS AS (a*b) VIRTUAL,
 txt VARCHAR(20) GENERATED ALWAYS AS (CONCAT(a,'-',b)) STORED,
 c INT
) ;
INSERT INTO t (id,a,b,c) VALUES (1,1,2,3);
INSERT INTO t (id,a,b,c) VALUES (2,5,6,7);
INSERT INTO t (id,a,b,c) VALUES (3,NULL,1,2);
-- @create
INSERT INTO t (id,a,b,c) SELECT id+100,a,b,c FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.a=b.a, a.b=b.b, a.c=b.c WHERE a.id=1;
DELETE FROM t WHERE id=102;
