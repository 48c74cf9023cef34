-- database name with odd characters
-- @database my-db.é 1
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (id INT PRIMARY KEY);
INSERT INTO t VALUES (1);
-- @create
INSERT INTO t VALUES (2);
CREATE TABLE `t-2` (id INT PRIMARY KEY);
INSERT INTO `t-2` VALUES (2);
