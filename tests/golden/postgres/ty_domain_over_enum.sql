-- a domain over an enum anywhere in the database: the task fails at start
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN d_enum AS mood;

CREATE TABLE t_ok (id int primary key);
INSERT INTO t_ok VALUES (1);
-- @create
INSERT INTO t_ok VALUES (2);
