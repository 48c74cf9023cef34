-- header text with schemas enabled
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config include.schema.changes=false
CREATE TABLE t (a INT PRIMARY KEY, c INT);
INSERT INTO t VALUES (1,1);
-- @create
UPDATE t SET a=100;
