-- statements that strain the DDL parser
-- @paced
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b VARCHAR(10));
INSERT INTO t VALUES (1,1,'x');
-- @create
-- @mysql
ALTER TABLE t SECONDARY_ENGINE=NULL;
-- @mysql
ALTER TABLE t ADD x INT, ALGORITHM=INSTANT;
-- @mariadb
ALTER TABLE t ADD x INT, ALGORITHM=INSTANT;
-- @mariadb
CREATE TABLE z (id INT PRIMARY KEY, d DATE, PERIOD FOR p(d1,d2), d1 DATE, d2 DATE);
INSERT INTO t (id) VALUES (2);
