-- s_configuration_based
-- @config snapshot.mode=configuration_based
-- @config snapshot.mode.configuration.based.snapshot.schema=true
-- @config snapshot.mode.configuration.based.snapshot.data=false
-- @config snapshot.mode.configuration.based.start.stream=true
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO t VALUES (9,'q',9);
