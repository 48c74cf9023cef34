-- timestamp beyond 2262 with nanoseconds
-- @config time.precision.mode=nanoseconds
CREATE TABLE t_t (id int primary key, ts timestamp, tz timestamptz, d date);
INSERT INTO t_t VALUES (1, '2000-01-01', '2000-01-01', '2000-01-01');
-- @create
INSERT INTO t_t VALUES (2, '9999-12-31 00:00:00', '2020-01-01', '2020-01-01');
INSERT INTO t_t VALUES (3, '2020-01-01', '2020-01-01', '2020-01-01');
