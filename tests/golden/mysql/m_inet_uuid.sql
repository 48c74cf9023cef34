-- m_inet_uuid
-- @only mariadb
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 a INET6,
 b INET4,
 u UUID,
 nn UUID NOT NULL,
 na INET6 NOT NULL
) ;
INSERT INTO t (id,a,b,u,nn,na) VALUES (1,'::1','10.0.0.1','123e4567-e89b-12d3-a456-426655440000','00000000-0000-0000-0000-000000000000','fe80::1');
INSERT INTO t (id,a,b,u,nn,na) VALUES (2,NULL,NULL,NULL,'ffffffff-ffff-ffff-ffff-ffffffffffff','::ffff:192.168.0.1');
INSERT INTO t (id,a,b,u,nn,na) VALUES (3,'2001:db8::ff00:42:8329','255.255.255.255','6ba7b810-9dad-11d1-80b4-00c04fd430c8','6ba7b810-9dad-11d1-80b4-00c04fd430c8','::');
-- @create
INSERT INTO t (id,a,b,u,nn,na) SELECT id+100,a,b,u,nn,na FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.a=b.a, a.b=b.b, a.u=b.u, a.nn=b.nn, a.na=b.na WHERE a.id=1;
DELETE FROM t WHERE id=102;
