-- s_initial_only
-- @config snapshot.mode=initial_only
-- @no-stream
CREATE TABLE b (id INT PRIMARY KEY, v INT);
CREATE TABLE a (id INT PRIMARY KEY, v INT);
CREATE TABLE empty1 (id INT PRIMARY KEY);
CREATE TABLE c (id INT PRIMARY KEY);
CREATE TABLE zempty (id INT PRIMARY KEY);
INSERT INTO b VALUES (1,1),(2,2),(3,3);
INSERT INTO a VALUES (1,1),(2,2);
INSERT INTO c VALUES (1);
CREATE VIEW vw AS SELECT * FROM a;
-- @create
INSERT INTO a VALUES (9,9);
