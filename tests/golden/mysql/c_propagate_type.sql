-- c_propagate_type
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config column.propagate.source.type=.*
-- @config include.schema.comments=true
-- @config include.schema.changes=false
CREATE TABLE t (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, v VARCHAR(50) COMMENT 'vc', d DECIMAL(10,2) NOT NULL DEFAULT 1, e ENUM('a','b'), t TIMESTAMP(3) NULL, dt DATETIME(6), b BIT(5), g TINYINT(1), f FLOAT(7,3), tx MEDIUMTEXT, z INT(5) ZEROFILL, y YEAR);
INSERT INTO t (v) VALUES ('x');
-- @create
INSERT INTO t (v) VALUES ('y');
ALTER TABLE t ADD nw BIGINT UNSIGNED, ADD s SET('q');
INSERT INTO t (v) VALUES ('z');
