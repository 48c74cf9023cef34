-- t_spatial
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 g GEOMETRY,
 p POINT,
 l LINESTRING,
 pg POLYGON,
 mp MULTIPOINT,
 ml MULTILINESTRING,
 mpg MULTIPOLYGON,
 gc GEOMETRYCOLLECTION
) ;
INSERT INTO t (id,g,p,l,pg,mp,ml,mpg,gc) VALUES (1,ST_GeomFromText('POINT(1 2)'),ST_GeomFromText('POINT(1.5 -2.25)'),ST_GeomFromText('LINESTRING(0 0,1 1,2 3)'),ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,4 2,4 4,2 4,2 2))'),ST_GeomFromText('MULTIPOINT(1 1,2 2)'),ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))'),ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))'),ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'));
INSERT INTO t (id,g,p,l,pg,mp,ml,mpg,gc) VALUES (2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO t (id,g,p,l,pg,mp,ml,mpg,gc) VALUES (3,ST_GeomFromText('LINESTRING(1 1,1e10 -1e-10)'),ST_GeomFromText('POINT(0 0)'),ST_GeomFromText('LINESTRING(-1 -1,1 1)'),ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'),ST_GeomFromText('MULTIPOINT(0 0)'),ST_GeomFromText('MULTILINESTRING((0 0,1 1))'),ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'),ST_GeomFromText('GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(3 4)))'));
-- @create
INSERT INTO t (id,g,p,l,pg,mp,ml,mpg,gc) SELECT id+100,g,p,l,pg,mp,ml,mpg,gc FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.g=b.g, a.p=b.p, a.l=b.l, a.pg=b.pg, a.mp=b.mp, a.ml=b.ml, a.mpg=b.mpg, a.gc=b.gc WHERE a.id=1;
DELETE FROM t WHERE id=102;
