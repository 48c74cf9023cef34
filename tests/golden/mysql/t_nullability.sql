-- multi column key in key order vs column order
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (a INT, b INT NOT NULL, c VARCHAR(5) NOT NULL, d INT, PRIMARY KEY (c,b));
INSERT INTO t VALUES (1,2,'x',NULL),(NULL,3,'y',4);
-- @create
INSERT INTO t VALUES (9,9,'z',9);
UPDATE t SET a=0 WHERE c='x';
DELETE FROM t WHERE c='y';
