-- signals whose data is no JSON or lacks what it needs
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
INSERT INTO dbz_signal VALUES ('re', 'execute-snapshot', '{"data-collections": ["public\.s[12]"], "type": "incremental"}');
INSERT INTO dbz_signal VALUES ('nodata', 'execute-snapshot', null);
INSERT INTO dbz_signal VALUES ('notype', 'execute-snapshot', '{"data-collections": ["public.s1"]}');
-- @sync
INSERT INTO s1 VALUES (100, 'end');
