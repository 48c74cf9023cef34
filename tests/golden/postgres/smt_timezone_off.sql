-- TimezoneConverter fixed offset, include list of one rule
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.TimezoneConverter
-- @config transforms.t0.converted.timezone=+05:30
-- @config transforms.t0.include.list=source:tz:a
CREATE TABLE tz (id int primary key, a timestamptz, b timestamp, c timestamptz); INSERT INTO tz VALUES (1, '2020-07-01 10:00:00+00', '2020-07-01 10:00:00', '2020-07-01 10:00:00.5');
-- @create
INSERT INTO tz VALUES (2, '2020-01-01 10:00:00.123456+00', '2020-01-01 10:00:00', null);
