-- geometry natives with include.unknown.datatypes=true
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config include.unknown.datatypes=true
CREATE TABLE t_geo (id int primary key, g0 point, g1 line, g2 lseg, g3 box, g4 path, g5 polygon, g6 circle, pn point not null);
INSERT INTO t_geo VALUES (1, '(1.5,-2)', '{1,2,3}', '[(0,0),(1,1)]', '(2,2),(0,0)', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(1,1),2>', '(0,0)');
INSERT INTO t_geo VALUES (2, null, null, null, null, null, null, null, '(1e10,-0.001)');
-- @create
INSERT INTO t_geo VALUES (11, '(1.5,-2)', '{1,2,3}', '[(0,0),(1,1)]', '(2,2),(0,0)', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(1,1),2>', '(0,0)');
INSERT INTO t_geo VALUES (12, null, null, null, null, null, null, null, '(1e10,-0.001)');
UPDATE t_geo SET g0 = '(7,7)' WHERE id = 11;
