-- s_always_restart
-- @config snapshot.mode=always
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (9,'q',9);
-- @stop
INSERT INTO t VALUES (10,'stopped',9);
-- @resume
INSERT INTO t VALUES (11,'q',9);
