-- g_log_signal
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
INSERT INTO dbz_signal VALUES ('s1','log','{"message": "Signal message at offset {}"}');
INSERT INTO dbz_signal VALUES ('s2','unknown-type','{}');
INSERT INTO dbz_signal VALUES ('s3','execute-snapshot','not json');
INSERT INTO dbz_signal VALUES ('s4','stop-snapshot','{"type":"incremental"}');
-- @sleep 2
INSERT INTO t VALUES (50,'after',1);
