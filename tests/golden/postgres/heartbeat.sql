-- heartbeat.interval.ms
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config heartbeat.interval.ms=500
-- @collapse .*heartbeat.*
-- @collapse .*public\.hb
-- @collapse .*beats.*
-- @endless
CREATE TABLE hb (id int primary key, n int); INSERT INTO hb VALUES (1, 0); CREATE TABLE h (id int primary key);
-- @create
INSERT INTO h VALUES (1);
-- @sync
INSERT INTO h VALUES (2);
