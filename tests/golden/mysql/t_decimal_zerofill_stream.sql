-- zerofill columns created in the stream
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE x (id INT PRIMARY KEY);
-- @create
CREATE TABLE t (id INT PRIMARY KEY, z DECIMAL(10,3) ZEROFILL, z2 DECIMAL(5) UNSIGNED ZEROFILL NOT NULL DEFAULT 12, z3 INT(6) ZEROFILL DEFAULT 5, z4 FLOAT(6,2) ZEROFILL, z5 YEAR);
INSERT INTO t (id,z,z2,z4) VALUES (1,12.5,7,1.5),(2,NULL,0,2);
