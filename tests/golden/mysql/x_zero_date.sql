-- ZeroDateFallbackConverter: null in the place of zero dates
-- @config value.converter.schemas.enable=true
-- @config converters=zero
-- @config zero.type=io.debezium.connector.binlog.converters.ZeroDateFallbackConverter
-- @config include.schema.changes=false
-- @config time.precision.mode=isostring
SET sql_mode = '';
CREATE TABLE t (id INT PRIMARY KEY, d DATE NOT NULL, d2 DATE NOT NULL DEFAULT '1970-01-01', d3 DATE, dt DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00', dt6 DATETIME(6), ts TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, ts3 TIMESTAMP(3) NULL, tm TIME, y YEAR);
INSERT INTO t VALUES (0,'2024-06-15','2024-06-15',NULL,'2024-06-15 12:34:56',NULL,'2024-06-15 12:34:56',NULL,NULL,NULL);
INSERT INTO t VALUES (1,'2024-06-15','2024-06-15','2024-06-15','2024-06-15 12:34:56','2024-06-15 12:34:56.7','2024-06-15 12:34:56','2024-06-15 12:34:56.7','1:2:3',2024);
INSERT INTO t VALUES (2,'0000-00-00','0000-00-00',NULL,'0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00',NULL,NULL,NULL);
-- @create
INSERT INTO t VALUES (3,'2024-06-15','2024-06-15','2024-06-15','2024-06-15 12:34:56','2024-06-15 12:34:56.7','2024-06-15 12:34:56','2024-06-15 12:34:56.7','1:2:3',2024);
INSERT INTO t VALUES (4,'0000-00-00','0000-00-00',NULL,'0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00',NULL,NULL,NULL);
