-- b_message_key_columns
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config message.key.columns=${DB}.t:b,a;(.*).t2:y
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(5), b INT NOT NULL);
CREATE TABLE t2 (x INT, y INT);
INSERT INTO t VALUES (1,'x',5);
INSERT INTO t2 VALUES (1,2);
-- @create
UPDATE t SET b=6 WHERE id=1;
UPDATE t SET id=2 WHERE id=1;
DELETE FROM t;
INSERT INTO t2 VALUES (NULL,3);
DELETE FROM t2;
