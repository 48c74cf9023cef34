-- initial snapshot notifications
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config notification.enabled.channels=sink
-- @config notification.sink.topic.name=${NAME}.notes
CREATE TABLE dbz_signal (id varchar(64) primary key, type varchar(32) not null, data varchar(2048));
CREATE TABLE s1 (id int primary key, v text); INSERT INTO s1 SELECT g, 'v' || g FROM generate_series(1, 5) g;
CREATE TABLE s2 (a int, b int, v text, primary key (a, b)); INSERT INTO s2 SELECT g % 2, g, 'w' || g FROM generate_series(1, 4) g;
CREATE TABLE s3 (v text);
INSERT INTO s3 VALUES ('nopk');
-- @create
INSERT INTO s1 VALUES (50, 'x');
