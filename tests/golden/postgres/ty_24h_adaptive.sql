-- time 24:00:00, time.precision.mode=adaptive
-- @config time.precision.mode=adaptive
CREATE TABLE t_24 (id int primary key, t time, t3 time(3), tz timetz);
INSERT INTO t_24 VALUES (1, '24:00:00', '24:00:00', '24:00:00+00');
-- @create
INSERT INTO t_24 VALUES (2, '24:00:00', '24:00:00', '24:00:00+00');
INSERT INTO t_24 VALUES (3, '00:00', '00:00', '24:00:00+05');
