-- s_override
-- @config snapshot.select.statement.overrides=inv.t
-- @config snapshot.select.statement.overrides.inv.t=SELECT id, v, n FROM inv.t WHERE id > 1 ORDER BY id DESC
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
CREATE TABLE u (id INT PRIMARY KEY, v INT);
INSERT INTO u VALUES (1,1),(2,2);
-- @create
INSERT INTO t VALUES (9,'q',9);
