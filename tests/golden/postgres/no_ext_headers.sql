-- extended.headers.enabled=false
-- @config extended.headers.enabled=false
CREATE TABLE t (id int primary key); INSERT INTO t VALUES (1);
-- @create
INSERT INTO t VALUES (2); UPDATE t SET id = 3 WHERE id = 2;
