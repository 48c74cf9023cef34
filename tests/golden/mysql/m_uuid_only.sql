-- m_uuid_only
-- @only mariadb
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 u UUID,
 n UUID NOT NULL DEFAULT '123e4567-e89b-12d3-a456-426655440000'
) ;
INSERT INTO t (id,u,n) VALUES (1,NULL,'00000000-0000-0000-0000-000000000001');
INSERT INTO t (id,u,n) VALUES (2,'6ba7b810-9dad-11d1-80b4-00c04fd430c8','ffffffff-ffff-ffff-ffff-ffffffffffff');
-- @create
INSERT INTO t (id,u,n) SELECT id+100,u,n FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.u=b.u, a.n=b.n WHERE a.id=1;
DELETE FROM t WHERE id=102;
