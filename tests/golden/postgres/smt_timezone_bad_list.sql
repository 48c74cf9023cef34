-- TimezoneConverter with a two-part source rule list
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.TimezoneConverter
-- @config transforms.t0.converted.timezone=Europe/Berlin
-- @config transforms.t0.include.list=source:tz:a,source:tz:b
CREATE TABLE tz (id int primary key, a timestamptz, b timestamp); INSERT INTO tz VALUES (1, '2020-07-01 10:00:00+00', '2020-07-01 10:00:00');
-- @create
INSERT INTO tz VALUES (2, null, null);
