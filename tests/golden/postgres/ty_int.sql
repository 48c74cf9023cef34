-- smallint int bigint oid serial types, null and NOT NULL
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t_int (id int primary key, s smallint, i integer, b bigint, o oid, sn smallint not null, i_n integer not null, bn bigint not null, on_ oid not null);
INSERT INTO t_int VALUES (1, 1, 2, 3, 4, 5, 6, 7, 8);
INSERT INTO t_int VALUES (2, null, null, null, null, 0, 0, 0, 0);
INSERT INTO t_int VALUES (3, 32767, 2147483647, 9223372036854775807, 4294967295, 32767, 2147483647, 9223372036854775807, 4294967295);
INSERT INTO t_int VALUES (4, -32768, -2147483648, -9223372036854775808, 0, -32768, -2147483648, -9223372036854775808, 0);
CREATE TABLE t_ser (a smallserial, b serial, c bigserial, d int, primary key (a, b, c));
INSERT INTO t_ser(d) VALUES (1),(2);
-- @create
INSERT INTO t_int VALUES (11, 1, 2, 3, 4, 5, 6, 7, 8);
INSERT INTO t_int VALUES (12, null, null, null, null, 0, 0, 0, 0);
INSERT INTO t_int VALUES (13, 32767, 2147483647, 9223372036854775807, 4294967295, 32767, 2147483647, 9223372036854775807, 4294967295);
INSERT INTO t_int VALUES (14, -32768, -2147483648, -9223372036854775808, 0, -32768, -2147483648, -9223372036854775808, 0);
UPDATE t_int SET s = s + 1 WHERE id = 11;
DELETE FROM t_int WHERE id = 12;
INSERT INTO t_ser(d) VALUES (3);
UPDATE t_ser SET d = 4 WHERE d = 1;
DELETE FROM t_ser WHERE d = 2;
