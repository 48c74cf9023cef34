-- binary.handling.mode does not touch wkb
-- @config binary.handling.mode=hex
-- @config include.schema.changes=false
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 g GEOMETRY,
 p POINT
) ;
INSERT INTO t (id,g,p) VALUES (1,ST_GeomFromText('POINT(1 2)'),ST_GeomFromText('POINT(1 2)'));
-- @create
INSERT INTO t (id,g,p) SELECT id+100,g,p FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=1 SET a.g=b.g, a.p=b.p WHERE a.id=1;
DELETE FROM t WHERE id=102;
