-- t_vector
-- @only mysql
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 v VECTOR,
 v3 VECTOR(3),
 n VECTOR(2) NOT NULL
) ;
INSERT INTO t (id,v,v3,n) VALUES (1,STRING_TO_VECTOR('[1,2,3]'),STRING_TO_VECTOR('[1.5,-2.25,0]'),STRING_TO_VECTOR('[0,0]'));
INSERT INTO t (id,v,v3,n) VALUES (2,NULL,NULL,STRING_TO_VECTOR('[1e-10,3.4e38]'));
INSERT INTO t (id,v,v3,n) VALUES (3,STRING_TO_VECTOR('[0.1]'),STRING_TO_VECTOR('[100000,16777217,1e10]'),STRING_TO_VECTOR('[-0.0,1e7]'));
-- @create
INSERT INTO t (id,v,v3,n) SELECT id+100,v,v3,n FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.v=b.v, a.v3=b.v3, a.n=b.n WHERE a.id=1;
DELETE FROM t WHERE id=102;
