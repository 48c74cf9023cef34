-- an empty table is the last one
CREATE TABLE a (id int primary key); INSERT INTO a VALUES (1), (2);
CREATE TABLE z (id int primary key);
-- @create
INSERT INTO z VALUES (1);
