-- s_exclude_lists
-- @config database.exclude.list=db2
-- @config table.exclude.list=inv\.tmp_.*
-- @config include.schema.changes=false
-- @unset database.include.list
CREATE TABLE t (id INT PRIMARY KEY);
CREATE TABLE tmp_1 (id INT PRIMARY KEY);
INSERT INTO t VALUES (1);
INSERT INTO tmp_1 VALUES (1);
CREATE DATABASE db2;
CREATE TABLE db2.t (id INT PRIMARY KEY);
-- @create
INSERT INTO t VALUES (2);
INSERT INTO tmp_1 VALUES (2);
INSERT INTO db2.t VALUES (1);
