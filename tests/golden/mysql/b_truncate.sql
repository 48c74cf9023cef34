-- b_truncate
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config skipped.operations=none
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
TRUNCATE TABLE t;
INSERT INTO t VALUES (1,'a',1);
TRUNCATE t;
CREATE TABLE t2 LIKE t;
INSERT INTO t2 VALUES (1,'a',1);
TRUNCATE t2;
