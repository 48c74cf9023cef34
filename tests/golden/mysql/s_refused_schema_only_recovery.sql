-- is snapshot.mode=schema_only_recovery accepted
-- @config snapshot.mode=schema_only_recovery
-- @config include.schema.changes=false
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (9,'q',9);
