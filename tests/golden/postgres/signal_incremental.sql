-- source-channel signals: log, incremental and blocking snapshots, stop, unknown; notifications to a topic
-- @config signal.data.collection=public.dbz_signal
-- @config incremental.snapshot.chunk.size=2
-- @config notification.enabled.channels=sink,log
-- @config notification.sink.topic.name=${NAME}.notifications
-- @config signal.poll.interval.ms=500
-- @mask additional_data\.(scanned_)?.*(uuid).*
CREATE TABLE dbz_signal (id varchar(64) primary key, type varchar(32) not null, data varchar(2048));
CREATE TABLE s1 (id int primary key, v text); INSERT INTO s1 SELECT g, 'v' || g FROM generate_series(1, 5) g;
CREATE TABLE s2 (a int, b int, v text, primary key (a, b)); INSERT INTO s2 SELECT g % 2, g, 'w' || g FROM generate_series(1, 4) g;
CREATE TABLE s3 (v text);
INSERT INTO s3 VALUES ('nopk');
-- @create
INSERT INTO dbz_signal VALUES ('log-1', 'log', '{"message": "Signal at offset {}"}');
-- @sync
INSERT INTO dbz_signal VALUES ('ad-hoc-1', 'execute-snapshot', '{"data-collections": ["public.s1"], "type": "incremental"}');
-- @sync
UPDATE s1 SET v = 'after' WHERE id = 2;
INSERT INTO dbz_signal VALUES ('ad-hoc-2', 'execute-snapshot', '{"data-collections": ["public.s2", "public.s3"], "type": "INCREMENTAL", "additional-conditions": [{"data-collection": "public.s2", "filter": "b > 1"}]}');
-- @sync
INSERT INTO dbz_signal VALUES ('blk', 'execute-snapshot', '{"data-collections": ["public.s1"], "type": "blocking", "additional-conditions": [{"data-collection": "public.s1", "filter": "SELECT * FROM public.s1 WHERE id < 3"}]}');
-- @sleep 3
-- @sync
INSERT INTO dbz_signal VALUES ('unknown', 'no-such-type', '{}');
INSERT INTO dbz_signal VALUES ('stop', 'stop-snapshot', '{"data-collections": ["public.s1"], "type": "incremental"}');
INSERT INTO dbz_signal VALUES ('bad', 'execute-snapshot', '{"data-collections": ["public.nosuch"], "type": "incremental"}');
-- @sync
INSERT INTO s1 VALUES (100, 'end');
