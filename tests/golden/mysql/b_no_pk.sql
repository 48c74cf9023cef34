-- table without key: null keys, no tombstones
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (a INT, b VARCHAR(5));
INSERT INTO t VALUES (1,'x'),(1,'x'),(NULL,NULL);
-- @create
INSERT INTO t VALUES (2,'y');
UPDATE t SET b='z' WHERE a=1;
DELETE FROM t WHERE a=1;
