-- d_ddl_captured_only
-- @config table.include.list=${DB}.t
-- @config schema.history.internal.store.only.captured.tables.ddl=true
-- @paced
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b VARCHAR(10));
INSERT INTO t VALUES (1,1,'x');
CREATE TABLE hidden (id INT PRIMARY KEY);
-- @create
ALTER TABLE hidden ADD v INT;
ALTER TABLE t ADD z INT;
INSERT INTO t VALUES (2,2,'y',2);
CREATE TABLE hidden2 (id INT PRIMARY KEY);
DROP TABLE hidden;
RENAME TABLE t TO tt;
INSERT INTO tt (id) VALUES (3);
RENAME TABLE tt TO t;
INSERT INTO t (id) VALUES (4);
