-- t_key_types
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE k1 (a BIGINT UNSIGNED, b DECIMAL(10,2), c VARBINARY(4), d DATE, e DATETIME(6), f ENUM('x','y'), v INT, PRIMARY KEY(a,b,c,d,e,f));
INSERT INTO k1 VALUES (18446744073709551615,1.50,x'00ff','2024-01-01','2024-01-01 00:00:00.000001','y',1);
CREATE TABLE k2 (a VARCHAR(10) COLLATE utf8mb4_bin, b BIT(4), c TIMESTAMP(3), d TIME, e YEAR, f BIT(1), v INT, PRIMARY KEY(a,b,c,d,e,f));
INSERT INTO k2 VALUES ('ü',b'1010','2024-01-01 00:00:00.5','-01:00:00',2024,b'1',1);
-- @create
UPDATE k1 SET v=2;
UPDATE k2 SET v=2;
DELETE FROM k1;
DELETE FROM k2;
