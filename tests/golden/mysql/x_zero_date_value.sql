-- ZeroDateFallbackConverter: dates of the user's own
-- @config value.converter.schemas.enable=true
-- @config converters=zero
-- @config zero.type=io.debezium.connector.binlog.converters.ZeroDateFallbackConverter
-- @config zero.fallback.date=2000-01-01
-- @config zero.fallback.datetime=2000-01-01 00:00:01
-- @config zero.fallback.timestamp=2000-01-01T02:00:00.5+02:00
-- @config zero.column.inv.t.dt6.fallback=2099-12-31 23:59:59
-- @config zero.column.inv.t.d2.fallback=NULL
-- @config include.schema.changes=false
SET sql_mode = '';
CREATE TABLE t (id INT PRIMARY KEY, d DATE NOT NULL, d2 DATE NOT NULL DEFAULT '1970-01-01', d3 DATE NOT NULL, dt DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00', dt6 DATETIME(6) NOT NULL, ts TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, ts3 TIMESTAMP(3) NOT NULL);
INSERT INTO t VALUES (1,'2024-06-15','2024-06-15','2024-06-15','2024-06-15 12:34:56','2024-06-15 12:34:56.7','2024-06-15 12:34:56','2024-06-15 12:34:56.7');
INSERT INTO t VALUES (2,'0000-00-00','0000-00-00','0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00');
-- @create
INSERT INTO t VALUES (3,'2024-06-15','2024-06-15','2024-06-15','2024-06-15 12:34:56','2024-06-15 12:34:56.7','2024-06-15 12:34:56','2024-06-15 12:34:56.7');
INSERT INTO t VALUES (4,'0000-00-00','0000-00-00','0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00');
