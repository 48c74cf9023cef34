-- TimezoneConverter
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.TimezoneConverter
-- @config transforms.t0.converted.timezone=America/New_York
CREATE TABLE tz (id int primary key, a timestamptz, b timestamp, c timestamp(3), d timetz, e date, f time); INSERT INTO tz VALUES (1, '2020-07-01 10:00:00+00', '2020-07-01 10:00:00', '2020-07-01 10:00:00.5', '10:00:00+02', '2020-07-01', '10:00');
-- @create
INSERT INTO tz VALUES (2, '2020-01-01 10:00:00.123456+00', '2020-01-01 10:00:00', null, '10:00:00+00', '2020-07-01', '10:00');
