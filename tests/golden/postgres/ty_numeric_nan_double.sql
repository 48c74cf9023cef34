-- numeric NaN / Infinity, decimal.handling.mode=double
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config decimal.handling.mode=double
CREATE TABLE t_nan (id int primary key, n numeric, n2 numeric(8,2), m numeric not null);
INSERT INTO t_nan VALUES (1, 'NaN', 'NaN', 1);
INSERT INTO t_nan VALUES (2, 'Infinity', 5, 2);
INSERT INTO t_nan VALUES (3, '-Infinity', 6, 3);
-- @create
INSERT INTO t_nan VALUES (11, 'NaN', 'NaN', 1);
INSERT INTO t_nan VALUES (12, 'Infinity', 5, 2);
INSERT INTO t_nan VALUES (13, '-Infinity', 6, 3);
INSERT INTO t_nan VALUES (14, 1, 1, 1);
