-- numeric with/without scale, negative scale, decimal.handling.mode=double
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config decimal.handling.mode=double
CREATE TABLE t_num (id int primary key, n52 numeric(5,2), n10 numeric(10), n numeric, n3810 numeric(38,10), d decimal(18,4) not null, vn numeric not null, neg numeric(4,-2), sm numeric(3,5));
INSERT INTO t_num VALUES (1, 123.45, 1234567890, 123.4500, 1234567890123456789012345678.0123456789, 1.5, 0.1, 123456, 0.00123);
INSERT INTO t_num VALUES (2, null, null, null, null, 0, 0, null, null);
INSERT INTO t_num VALUES (3, -0.01, -1, -99999999999999999999999999999.000001, -0.0000000001, -99999999999999.9999, -12e20, -99900, -0.00999);
INSERT INTO t_num VALUES (4, 0, 0, 0.00, 0, 0.0001, 1e-20, 0, 0);
INSERT INTO t_num VALUES (5, 1, 128, 256, 1.1, 255, 65535.50, 100, 0.001);
-- @create
INSERT INTO t_num VALUES (11, 123.45, 1234567890, 123.4500, 1234567890123456789012345678.0123456789, 1.5, 0.1, 123456, 0.00123);
INSERT INTO t_num VALUES (12, null, null, null, null, 0, 0, null, null);
INSERT INTO t_num VALUES (13, -0.01, -1, -99999999999999999999999999999.000001, -0.0000000001, -99999999999999.9999, -12e20, -99900, -0.00999);
INSERT INTO t_num VALUES (14, 0, 0, 0.00, 0, 0.0001, 1e-20, 0, 0);
INSERT INTO t_num VALUES (15, 1, 128, 256, 1.1, 255, 65535.50, 100, 0.001);
UPDATE t_num SET n = 7.70 WHERE id = 11;
DELETE FROM t_num WHERE id = 13;
