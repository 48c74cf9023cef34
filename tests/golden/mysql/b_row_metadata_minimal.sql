-- b_row_metadata_minimal
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @before
SET GLOBAL binlog_row_metadata='MINIMAL';
-- @setup
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b TEXT, c BLOB, d VARCHAR(10) NOT NULL DEFAULT 'dd', e DATE);
INSERT INTO t VALUES (1,1,'text',x'01','d','2024-01-01'),(2,2,'text2',x'02','d2',NULL);
CREATE TABLE x (id INT PRIMARY KEY, u INT UNSIGNED, e ENUM('a','b'), s SET('x','y'), v VARCHAR(5) CHARACTER SET latin1, g POINT, j JSON, b BIT(9));
-- @create
INSERT INTO t (id,a) VALUES (3,3);
UPDATE t SET a=11 WHERE id=1;
UPDATE t SET b='new' WHERE id=2;
UPDATE t SET id=30 WHERE id=3;
DELETE FROM t WHERE id=1;
INSERT INTO x VALUES (1,4294967295,'b','x,y','é',ST_GeomFromText('POINT(1 2)'),'{"a":1}',b'101');
