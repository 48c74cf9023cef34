-- g_incremental_conditions
-- @config signal.data.collection=inv.dbz_signal
-- @config notification.enabled.channels=sink
-- @config notification.sink.topic.name=${NAME}-notification
-- @config signal.poll.interval.ms=300
-- @config incremental.snapshot.chunk.size=2
-- @config include.schema.changes=false
CREATE TABLE dbz_signal (id VARCHAR(64) PRIMARY KEY, type VARCHAR(32) NOT NULL, data TEXT NULL);
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), n INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
CREATE TABLE u (a INT, b VARCHAR(5), c INT, PRIMARY KEY(a,b));
INSERT INTO u VALUES (1,'a',1),(1,'b',2),(2,'a',3),(3,'c',4),(3,'d',5);
-- @create
INSERT INTO dbz_signal VALUES ('s1','execute-snapshot','{"data-collections": ["inv.t","inv.u","inv.nope"], "type": "incremental", "additional-conditions":[{"data-collection":"inv.t","filter":"n>1"}]}');
-- @sleep 5
