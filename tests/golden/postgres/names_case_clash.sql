-- columns whose names differ only in case: what happens
CREATE TABLE cc (id int primary key, "a" int, "A" int); INSERT INTO cc VALUES (1, 2, 3);
-- @create
INSERT INTO cc VALUES (2, 3, 4);
