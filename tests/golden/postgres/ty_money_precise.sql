-- money, decimal.handling.mode=precise
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config decimal.handling.mode=precise
CREATE TABLE t_money (id int primary key, m money, mn money not null default '1.10');
INSERT INTO t_money VALUES (1, '12.34', '3.50');
INSERT INTO t_money VALUES (2, '-92233720368547758.08', '3.50');
INSERT INTO t_money VALUES (3, '92233720368547758.07', '3.50');
INSERT INTO t_money VALUES (4, '0', '3.50');
INSERT INTO t_money VALUES (5, null, '3.50');
INSERT INTO t_money VALUES (6, '-0.05', '3.50');
INSERT INTO t_money VALUES (7, '1,234,567.89', '3.50');
-- @create
INSERT INTO t_money VALUES (11, '12.34', '3.50');
INSERT INTO t_money VALUES (12, '-92233720368547758.08', '3.50');
INSERT INTO t_money VALUES (13, '92233720368547758.07', '3.50');
INSERT INTO t_money VALUES (14, '0', '3.50');
INSERT INTO t_money VALUES (15, null, '3.50');
INSERT INTO t_money VALUES (16, '-0.05', '3.50');
INSERT INTO t_money VALUES (17, '1,234,567.89', '3.50');
INSERT INTO t_money(id) VALUES (30);
UPDATE t_money SET m = '5' WHERE id = 11;
