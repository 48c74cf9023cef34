-- hstore, hstore.handling.mode=map
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config hstore.handling.mode=map
CREATE EXTENSION hstore;

CREATE TABLE t_hs (id int primary key, h hstore, hn hstore not null default 'k=>v');
INSERT INTO t_hs VALUES (1, 'a=>1, b=>NULL', 'k=>v');
INSERT INTO t_hs VALUES (2, '', 'k=>v');
INSERT INTO t_hs VALUES (3, '"key with \"q\" "=>"v \\ "', 'k=>v');
INSERT INTO t_hs VALUES (4, 'ü=>"日本", "x=>y"=>","', 'k=>v');
INSERT INTO t_hs VALUES (5, '""=>""', 'k=>v');
INSERT INTO t_hs VALUES (6, 'z=>1, a=>2, mm=>3, bb=>"null"', 'k=>v');
INSERT INTO t_hs VALUES (7, null, 'k=>v');
-- @create
INSERT INTO t_hs VALUES (11, 'a=>1, b=>NULL', 'k=>v');
INSERT INTO t_hs VALUES (12, '', 'k=>v');
INSERT INTO t_hs VALUES (13, '"key with \"q\" "=>"v \\ "', 'k=>v');
INSERT INTO t_hs VALUES (14, 'ü=>"日本", "x=>y"=>","', 'k=>v');
INSERT INTO t_hs VALUES (15, '""=>""', 'k=>v');
INSERT INTO t_hs VALUES (16, 'z=>1, a=>2, mm=>3, bb=>"null"', 'k=>v');
INSERT INTO t_hs VALUES (17, null, 'k=>v');
INSERT INTO t_hs(id) VALUES (50);
DELETE FROM t_hs WHERE id = 13;
