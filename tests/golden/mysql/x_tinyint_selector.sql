-- TinyIntOneToBooleanConverter: selector, no length check
-- @config value.converter.schemas.enable=true
-- @config converters=flags
-- @config flags.type=io.debezium.connector.binlog.converters.TinyIntOneToBooleanConverter
-- @config flags.selector=inv.T.b, inv\.t\.[cd]
-- @config flags.length.checker=false
-- @config include.schema.changes=false
-- @config column.propagate.source.type=.*
CREATE TABLE t (id TINYINT(1) PRIMARY KEY, a TINYINT(1), b TINYINT(4) DEFAULT '3', c TINYINT UNSIGNED NOT NULL DEFAULT '0' COMMENT 'see', d SMALLINT(1));
INSERT INTO t VALUES (1,1,1,100,1),(2,0,NULL,0,NULL);
-- @create
INSERT INTO t VALUES (3,1,-1,100,1),(4,0,NULL,0,NULL);
