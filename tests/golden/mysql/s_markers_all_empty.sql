-- s_markers_all_empty
CREATE TABLE a (id INT PRIMARY KEY);
CREATE TABLE b (id INT PRIMARY KEY);
-- @create
INSERT INTO b VALUES (1);
