-- JdbcSinkDataTypesConverter: treat.real.as.double=false
-- @config value.converter.schemas.enable=true
-- @config converters=jdbc
-- @config jdbc.type=io.debezium.connector.binlog.converters.JdbcSinkDataTypesConverter
-- @config jdbc.selector.real=.*\.r.*
-- @config jdbc.treat.real.as.double=false
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, r REAL DEFAULT 1.5, r2 FLOAT NOT NULL, r3 INT NOT NULL);
INSERT INTO t VALUES (1,0.1,0.1,7);
-- @create
INSERT INTO t VALUES (2,0.1,0.1,7);
