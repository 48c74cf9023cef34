-- JdbcSinkDataTypesConverter: booleans, reals and texts
-- @config value.converter.schemas.enable=true
-- @config converters=jdbc
-- @config jdbc.type=io.debezium.connector.binlog.converters.JdbcSinkDataTypesConverter
-- @config jdbc.selector.boolean=inv.t.b.*,inv.t.id2
-- @config jdbc.selector.real=inv.t.r.*
-- @config jdbc.selector.string=inv.t.s.*
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, b BOOLEAN NOT NULL DEFAULT 1, b2 TINYINT(1), b3 BIGINT UNSIGNED, r REAL DEFAULT 1.5, r2 FLOAT NOT NULL, r3 INT NOT NULL, r4 DECIMAL(8,3), s VARCHAR(20) DEFAULT 'x', s2 CHAR(5) CHARACTER SET latin1 NOT NULL, s3 TEXT);
INSERT INTO t VALUES (1,1,0,3,0.25,0.1,7,1.125,'a','be','c'),(2,0,NULL,NULL,NULL,1e10,-1,NULL,NULL,'',NULL);
-- @create
INSERT INTO t VALUES (3,1,0,3,0.25,0.1,7,1.125,'a','be','c'),(4,0,NULL,NULL,NULL,1e10,-1,NULL,NULL,'',NULL);
UPDATE t SET b2 = 1, s = 'b' WHERE id = 4;
