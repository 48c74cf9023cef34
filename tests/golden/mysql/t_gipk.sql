-- generated invisible primary key
-- @only mysql
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
SET SESSION sql_generate_invisible_primary_key=ON;
CREATE TABLE t (a INT, b VARCHAR(5));
INSERT INTO t VALUES (1,'x'),(2,'y');
-- @create
INSERT INTO t VALUES (3,'z');
UPDATE t SET b='q' WHERE a=1;
DELETE FROM t WHERE a=2;
