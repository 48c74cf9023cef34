-- TRUNCATE with the default skipped.operations
CREATE TABLE ta (id serial primary key, v text); CREATE TABLE tb (id int primary key, a int references ta); CREATE TABLE tc (v int);
INSERT INTO ta(v) VALUES ('x'), ('y'); INSERT INTO tb VALUES (1, 1); INSERT INTO tc VALUES (1);
-- @create
INSERT INTO ta(v) VALUES ('z');
TRUNCATE ta RESTART IDENTITY CASCADE;
INSERT INTO ta(v) VALUES ('n');
BEGIN; INSERT INTO tc VALUES (2); TRUNCATE tc; INSERT INTO tc VALUES (3); COMMIT;
TRUNCATE ta, tb, tc;
