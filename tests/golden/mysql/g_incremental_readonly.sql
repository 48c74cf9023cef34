-- read-only incremental snapshot, kafka signal channel (interleaving depends on timing)
-- @config read.only=true
-- @config signal.enabled.channels=kafka
-- @config signal.kafka.topic=${NAME}-signal
-- @config signal.kafka.bootstrap.servers=${BOOTSTRAP}
-- @config signal.poll.interval.ms=300
-- @config notification.enabled.channels=sink
-- @config notification.sink.topic.name=${NAME}-notification
-- @config incremental.snapshot.chunk.size=2
-- @config heartbeat.interval.ms=500
-- @config include.schema.changes=false
-- @collapse .*heartbeat.*
-- @endless
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
-- @kafka ${NAME}-signal ${NAME} {"type":"execute-snapshot","data":{"data-collections":["inv.t"],"type":"INCREMENTAL"}}
-- @sleep 3
INSERT INTO t VALUES (60,'tick',1);
-- @sleep 2
INSERT INTO t VALUES (61,'tick',1);
-- @sleep 1
INSERT INTO t VALUES (62,'tick',1);
-- @sleep 1
INSERT INTO t VALUES (63,'tick',1);
-- @sleep 1
