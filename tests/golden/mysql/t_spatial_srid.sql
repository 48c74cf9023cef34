-- t_spatial_srid
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 g GEOMETRY,
 p POINT,
 p2 POINT NOT NULL,
 py POLYGON
) ;
INSERT INTO t (id,g,p,p2,py) VALUES (1,ST_GeomFromText('POINT(10 20)',4326),ST_GeomFromText('POINT(10 20)',4326),ST_GeomFromText('POINT(1 2)',3857),ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))',4326));
INSERT INTO t (id,g,p,p2,py) VALUES (2,ST_GeomFromText('POINT(0 0)',0),NULL,ST_GeomFromText('POINT(-1 -2)',0),NULL);
-- @create
INSERT INTO t (id,g,p,p2,py) SELECT id+100,g,p,p2,py FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.g=b.g, a.p=b.p, a.p2=b.p2, a.py=b.py WHERE a.id=1;
DELETE FROM t WHERE id=102;
