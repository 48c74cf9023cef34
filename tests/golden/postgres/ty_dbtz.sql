-- database timezone America/New_York
ALTER DATABASE "${NAME}" SET timezone = 'America/New_York';
\c
CREATE TABLE z (id int primary key, tz timetz, tt timestamptz, tr tstzrange, ts timestamp, tzr tsrange, ta timestamptz[], za timetz[]);
INSERT INTO z VALUES (1, '10:00:00+02', '2020-07-01 10:00:00+00', '[2020-07-01 10:00:00+00,2020-07-02 10:00:00+00)', '2020-07-01 10:00:00', '[2020-07-01 10:00:00,)', '{2020-07-01 10:00:00+00}', '{10:00:00+02}');
-- @create
INSERT INTO z VALUES (2, '10:00:00+02', '2020-07-01 10:00:00+00', '[2020-07-01 10:00:00+00,2020-07-02 10:00:00+00)', '2020-07-01 10:00:00', '[2020-07-01 10:00:00,)', '{2020-07-01 10:00:00+00}', '{10:00:00+02}');
INSERT INTO z VALUES (3, '10:00:00', '2020-01-01 10:00:00', null, null, null, null, null);
