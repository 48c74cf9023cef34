-- system versioning with visible period columns: an update is update + insert of the history row
-- @only mariadb
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t2 (id INT PRIMARY KEY, v INT, rs TIMESTAMP(6) GENERATED ALWAYS AS ROW START, re TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME(rs,re)) WITH SYSTEM VERSIONING;
SET SESSION timestamp=1700000000;
INSERT INTO t2 (id,v) VALUES (1,1);
-- @create
SET SESSION timestamp=1700000100;
INSERT INTO t2 (id,v) VALUES (2,2);
UPDATE t2 SET v=22 WHERE id=2;
DELETE FROM t2 WHERE id=1;
