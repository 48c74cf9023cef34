-- slow snapshot: offsets stored while the snapshot runs
-- @config snapshot.select.statement.overrides=inv.b
-- @config snapshot.select.statement.overrides.inv.b=SELECT id FROM inv.b WHERE SLEEP(0.6)=0
-- @config include.schema.changes=false
CREATE TABLE a (id INT PRIMARY KEY);
CREATE TABLE b (id INT PRIMARY KEY);
CREATE TABLE c (id INT PRIMARY KEY);
INSERT INTO a VALUES (1),(2);
INSERT INTO b VALUES (1),(2),(3),(4),(5),(6),(7),(8);
INSERT INTO c VALUES (1);
-- @create
INSERT INTO a VALUES (3);
