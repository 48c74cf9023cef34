-- date/timestamp/timestamptz infinity, time.precision.mode=connect
-- @config time.precision.mode=connect
CREATE TABLE t_inf (id int primary key, d date, ts timestamp, ts3 timestamp(3), tz timestamptz);
INSERT INTO t_inf VALUES (1, 'infinity', 'infinity', 'infinity', 'infinity');
INSERT INTO t_inf VALUES (2, '-infinity', '-infinity', '-infinity', '-infinity');
-- @create
INSERT INTO t_inf VALUES (11, 'infinity', 'infinity', 'infinity', 'infinity');
INSERT INTO t_inf VALUES (12, '-infinity', '-infinity', '-infinity', '-infinity');
