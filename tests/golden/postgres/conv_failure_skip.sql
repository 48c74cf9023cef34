-- event.converting.failure.handling.mode=skip: NaN into a Decimal column
-- @config event.converting.failure.handling.mode=skip
CREATE TABLE t_nan (id int primary key, n numeric(6,2));
INSERT INTO t_nan VALUES (1, 5);
-- @create
INSERT INTO t_nan VALUES (11, 1);
INSERT INTO t_nan VALUES (12, 'NaN');
INSERT INTO t_nan VALUES (13, 2);
