-- interval, interval.handling.mode=numeric
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config interval.handling.mode=numeric
CREATE TABLE t_iv (id int primary key, i interval, iym interval year to month, i3 interval(3), inn interval not null default '1 day 02:03:04');
INSERT INTO t_iv VALUES (1, '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds', '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds', '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds', '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds');
INSERT INTO t_iv VALUES (2, '-1 year -2 months', '-1 year -2 months', '-1 year -2 months', '-1 year -2 months');
INSERT INTO t_iv VALUES (3, '3 days -04:05:06', '3 days -04:05:06', '3 days -04:05:06', '3 days -04:05:06');
INSERT INTO t_iv VALUES (4, '0', '0', '0', '0');
INSERT INTO t_iv VALUES (5, '100 hours', '100 hours', '100 hours', '100 hours');
INSERT INTO t_iv VALUES (6, '-0.000001 seconds', '-0.000001 seconds', '-0.000001 seconds', '-0.000001 seconds');
INSERT INTO t_iv VALUES (7, '14 months', '14 months', '14 months', '14 months');
INSERT INTO t_iv VALUES (8, '1000 years', '1000 years', '1000 years', '1000 years');
INSERT INTO t_iv VALUES (9, '1 day', '1 day', '1 day', '1 day');
INSERT INTO t_iv VALUES (10, '1 month', '1 month', '1 month', '1 month');
INSERT INTO t_iv VALUES (11, '-3 days -5.5 seconds', '-3 days -5.5 seconds', '-3 days -5.5 seconds', '-3 days -5.5 seconds');
INSERT INTO t_iv VALUES (12, 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S');
INSERT INTO t_iv VALUES (80, null, null, null, '1s');
-- @create
INSERT INTO t_iv VALUES (101, '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds', '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds', '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds', '1 year 2 months 3 days 4 hours 5 minutes 6.789012 seconds');
INSERT INTO t_iv VALUES (102, '-1 year -2 months', '-1 year -2 months', '-1 year -2 months', '-1 year -2 months');
INSERT INTO t_iv VALUES (103, '3 days -04:05:06', '3 days -04:05:06', '3 days -04:05:06', '3 days -04:05:06');
INSERT INTO t_iv VALUES (104, '0', '0', '0', '0');
INSERT INTO t_iv VALUES (105, '100 hours', '100 hours', '100 hours', '100 hours');
INSERT INTO t_iv VALUES (106, '-0.000001 seconds', '-0.000001 seconds', '-0.000001 seconds', '-0.000001 seconds');
INSERT INTO t_iv VALUES (107, '14 months', '14 months', '14 months', '14 months');
INSERT INTO t_iv VALUES (108, '1000 years', '1000 years', '1000 years', '1000 years');
INSERT INTO t_iv VALUES (109, '1 day', '1 day', '1 day', '1 day');
INSERT INTO t_iv VALUES (110, '1 month', '1 month', '1 month', '1 month');
INSERT INTO t_iv VALUES (111, '-3 days -5.5 seconds', '-3 days -5.5 seconds', '-3 days -5.5 seconds', '-3 days -5.5 seconds');
INSERT INTO t_iv VALUES (112, 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S');
INSERT INTO t_iv VALUES (180, null, null, null, '1s');
INSERT INTO t_iv(id) VALUES (190);
DELETE FROM t_iv WHERE id = 101;
