-- dropped columns leave holes in attnum; column added later; inherited table
CREATE TABLE h (a int, b int, c int primary key, d text); ALTER TABLE h DROP COLUMN b; ALTER TABLE h ADD COLUMN e text DEFAULT 'e'; INSERT INTO h(a, c, d) VALUES (1, 2, 'd');
CREATE TABLE par (id int primary key, x text); CREATE TABLE chi (y int, primary key (id)) INHERITS (par); INSERT INTO par VALUES (1, 'p'); INSERT INTO chi VALUES (2, 'c', 3);
CREATE UNLOGGED TABLE ul (id int primary key); INSERT INTO ul VALUES (1); CREATE VIEW vw AS SELECT * FROM h; CREATE MATERIALIZED VIEW mv AS SELECT * FROM h;
-- @create
INSERT INTO h(a, c, d) VALUES (3, 4, 'f'); UPDATE h SET d = 'g' WHERE c = 2; DELETE FROM h WHERE c = 4;
INSERT INTO par VALUES (3, 'q'); INSERT INTO chi VALUES (4, 'd', 5); UPDATE par SET x = 'z'; INSERT INTO ul VALUES (2);
