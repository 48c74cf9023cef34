-- x_tinyint_boolean
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config converters=boolean
-- @config boolean.type=io.debezium.connector.binlog.converters.TinyIntOneToBooleanConverter
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, b BOOLEAN NOT NULL DEFAULT 1, t TINYINT(1), t4 TINYINT(4), u TINYINT(1) UNSIGNED);
INSERT INTO t VALUES (1,1,0,1,1),(2,0,NULL,5,0);
-- @create
INSERT INTO t VALUES (3,1,2,1,1);
CREATE TABLE t2 (id INT PRIMARY KEY, b BOOL, t TINYINT(1));
INSERT INTO t2 VALUES (1,TRUE,1);
