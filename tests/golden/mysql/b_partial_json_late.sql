-- session switches PARTIAL_JSON on
-- @only mysql
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, j JSON, v INT);
INSERT INTO t VALUES (1,'{"a":1,"b":[1,2,3],"c":"long string value here"}',1);
-- @create
SET SESSION binlog_row_value_options='PARTIAL_JSON';
UPDATE t SET j=JSON_SET(j,'$.a',2), v=2 WHERE id=1;
UPDATE t SET j=JSON_REMOVE(j,'$.b[1]') WHERE id=1;
UPDATE t SET j=JSON_REPLACE(j,'$.c','short') WHERE id=1;
UPDATE t SET v=9 WHERE id=1;
UPDATE t SET j='{}' WHERE id=1;
INSERT INTO t VALUES (2,'[]',1);
