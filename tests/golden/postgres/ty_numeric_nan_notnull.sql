-- numeric NaN / Infinity into NOT NULL columns, precise
CREATE TABLE t_nan (id int primary key, m numeric not null, m2 numeric(8,2) not null);
INSERT INTO t_nan VALUES (1, 5, 5);
-- @create
INSERT INTO t_nan VALUES (11, 'NaN', 'NaN');
INSERT INTO t_nan VALUES (12, 'Infinity', 2);
INSERT INTO t_nan VALUES (14, 1, 1);
