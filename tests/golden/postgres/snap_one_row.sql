-- one table with one row; the source.snapshot markers
CREATE TABLE a (id int primary key); INSERT INTO a VALUES (1);
-- @create
INSERT INTO a VALUES (2);
