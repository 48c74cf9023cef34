-- t_json
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 j JSON,
 jn JSON NOT NULL
) ;
INSERT INTO t (id,j,jn) VALUES (1,'{"a": 1, "b": [1, 2.5, "x", true, false, null], "c": {"d": {}}, "e": []}','{}');
INSERT INTO t (id,j,jn) VALUES (2,'"str \\"q\\" \\\\ / \\u0001 é 😀"','[]');
INSERT INTO t (id,j,jn) VALUES (3,'123','-9223372036854775808');
INSERT INTO t (id,j,jn) VALUES (4,'18446744073709551615','1.5');
INSERT INTO t (id,j,jn) VALUES (5,'true','null');
INSERT INTO t (id,j,jn) VALUES (6,NULL,'"x"');
INSERT INTO t (id,j,jn) VALUES (7,'{"zz": 1, "a": 2, "bb": 3, "": 4, "é": 5}','[1e10, 1e-7, 1.0, 0.1, 123456789012345678901234567890, 3.0e100, -0.0, 100000.0]');
INSERT INTO t (id,j,jn) VALUES (8,'{"k": "line\\nfeed\\ttab\\b\\f\\r", "u": "\\u2028<>&\\u007f"}','{"n": [65535, 65536, -32768, -32769, 2147483647, 2147483648, -2147483649, 4294967296, 9223372036854775807, 9223372036854775808]}');
-- @create
INSERT INTO t (id,j,jn) SELECT id+100,j,jn FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=8 SET a.j=b.j, a.jn=b.jn WHERE a.id=1;
DELETE FROM t WHERE id=102;
