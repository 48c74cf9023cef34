-- g_heartbeat_action
-- @config heartbeat.interval.ms=500
-- @config heartbeat.action.query=INSERT IGNORE INTO inv.hb VALUES (1)
-- @config topic.heartbeat.prefix=__debezium-heartbeat
-- @config include.schema.changes=false
-- @collapse .*
-- @endless
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
CREATE TABLE hb (id INT PRIMARY KEY);
-- @create
-- @sleep 1
INSERT INTO t VALUES (10,'x',10),(11,'y',11);
UPDATE t SET v='aa' WHERE id=1;
UPDATE t SET id=20 WHERE id=2;
DELETE FROM t WHERE id=3;
-- @sleep 2
