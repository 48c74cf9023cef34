-- g_blocking
-- @config signal.data.collection=inv.dbz_signal
-- @config notification.enabled.channels=sink
-- @config notification.sink.topic.name=${NAME}-notification
-- @config signal.poll.interval.ms=300
-- @config incremental.snapshot.chunk.size=2
-- @config include.schema.changes=false
CREATE TABLE dbz_signal (id VARCHAR(64) PRIMARY KEY, type VARCHAR(32) NOT NULL, data TEXT NULL);
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
-- @create
INSERT INTO dbz_signal VALUES ('s1','execute-snapshot','{"data-collections": ["inv.t"], "type": "blocking", "additional-conditions":[{"data-collection":"inv.t","filter":"SELECT * FROM inv.t WHERE id<3"}]}');
-- @sleep 6
INSERT INTO t VALUES (50,'after',1);
