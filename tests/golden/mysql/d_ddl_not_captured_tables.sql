-- d_ddl_not_captured_tables
-- @config table.include.list=${DB}.t
-- @paced
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b VARCHAR(10));
INSERT INTO t VALUES (1,1,'x');
CREATE TABLE hidden (id INT PRIMARY KEY);
CREATE DATABASE otherdb;
CREATE TABLE otherdb.z (id INT PRIMARY KEY);
-- @create
ALTER TABLE hidden ADD v INT;
ALTER TABLE t ADD z INT;
ALTER TABLE otherdb.z ADD q INT;
INSERT INTO t VALUES (2,2,'y',2);
CREATE TABLE hidden2 (id INT PRIMARY KEY);
DROP TABLE hidden;
