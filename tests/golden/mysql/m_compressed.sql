-- m_compressed
-- @only mariadb
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 t TEXT COMPRESSED,
 v VARCHAR(500) COMPRESSED,
 b BLOB COMPRESSED,
 n VARCHAR(10)
) ;
INSERT INTO t (id,t,v,b,n) VALUES (1,REPEAT('abc',200),REPEAT('x',400),REPEAT(x'00ff',300),'n');
INSERT INTO t (id,t,v,b,n) VALUES (2,'short','s',x'00','n');
INSERT INTO t (id,t,v,b,n) VALUES (3,NULL,NULL,NULL,NULL);
-- @create
INSERT INTO t (id,t,v,b,n) SELECT id+100,t,v,b,n FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.t=b.t, a.v=b.v, a.b=b.b, a.n=b.n WHERE a.id=1;
DELETE FROM t WHERE id=102;
