-- m_inet6_only
-- @only mariadb
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config include.schema.changes=false
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 a INET6
) ;
INSERT INTO t (id,a) VALUES (1,'::1');
INSERT INTO t (id,a) VALUES (2,NULL);
-- @create
INSERT INTO t (id,a) SELECT id+100,a FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.a=b.a WHERE a.id=1;
DELETE FROM t WHERE id=102;
