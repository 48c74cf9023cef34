-- TimezoneConverter exclude list
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.TimezoneConverter
-- @config transforms.t0.converted.timezone=Europe/Berlin
-- @config transforms.t0.exclude.list=source:tz:a
CREATE TABLE tz (id int primary key, a timestamptz, b timestamp, c timestamptz); INSERT INTO tz VALUES (1, '2020-07-01 10:00:00+00', '2020-07-01 10:00:00', '2020-12-01 10:00:00.5');
-- @create
INSERT INTO tz VALUES (2, '2020-01-01 10:00:00.123456+00', '2020-01-01 10:00:00', null);
