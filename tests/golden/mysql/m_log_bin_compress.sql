-- compressed row and query events: what the connector does
-- @only mariadb
-- @before
SET GLOBAL log_bin_compress=ON;
SET GLOBAL log_bin_compress_min_len=20;
-- @setup
CREATE TABLE t (id INT PRIMARY KEY, v TEXT);
INSERT INTO t VALUES (1,REPEAT('a',1000));
-- @create
INSERT INTO t VALUES (2,REPEAT('b',1000)),(3,'short');
UPDATE t SET v=REPEAT('c',2000) WHERE id=2;
DELETE FROM t WHERE id=3;
CREATE TABLE t2 (id INT PRIMARY KEY COMMENT 'a long comment that makes the query event longer than the minimum length for compression xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx');
INSERT INTO t2 VALUES (1);
INSERT INTO t VALUES (4,'tiny');
