-- BC dates and years above 9999, time.precision.mode=isostring
-- @config time.precision.mode=isostring
CREATE TABLE t_bc (id int primary key, d date, ts timestamp, ts3 timestamp(3), tz timestamptz);
INSERT INTO t_bc VALUES (1, '0044-03-15 BC', '0044-03-15 12:00:00.123456 BC', '0044-03-15 12:00:00.123 BC', '0044-03-15 12:00:00 BC');
INSERT INTO t_bc VALUES (2, '4713-01-01 BC', '4713-01-01 00:00:00 BC', '4713-01-01 00:00:00 BC', '4713-01-02 00:00:00+00 BC');
INSERT INTO t_bc VALUES (3, '20000-01-01', '20000-01-01 01:01:01', '20000-01-01', '20000-01-01 00:00:00+00');
-- @create
INSERT INTO t_bc VALUES (11, '0044-03-15 BC', '0044-03-15 12:00:00.123456 BC', '0044-03-15 12:00:00.123 BC', '0044-03-15 12:00:00 BC');
INSERT INTO t_bc VALUES (12, '4713-01-01 BC', '4713-01-01 00:00:00 BC', '4713-01-01 00:00:00 BC', '4713-01-02 00:00:00+00 BC');
INSERT INTO t_bc VALUES (13, '20000-01-01', '20000-01-01 01:01:01', '20000-01-01', '20000-01-01 00:00:00+00');
