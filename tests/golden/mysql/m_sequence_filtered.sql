-- sequences outside of table.include.list
-- @only mariadb
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config table.include.list=${DB}.t
-- @paced
CREATE SEQUENCE s START WITH 5;
CREATE TABLE t (id INT NOT NULL DEFAULT (NEXT VALUE FOR s) PRIMARY KEY, v INT);
INSERT INTO t (v) VALUES (1);
-- @create
INSERT INTO t (v) VALUES (2),(3);
SELECT NEXTVAL(s);
CREATE SEQUENCE s2;
SELECT NEXTVAL(s2);
ALTER SEQUENCE s2 RESTART 50;
SELECT NEXTVAL(s2);
INSERT INTO t (id,v) VALUES (NEXTVAL(s2),4);
DROP SEQUENCE s2;
INSERT INTO t (id,v) VALUES (1000,5);
