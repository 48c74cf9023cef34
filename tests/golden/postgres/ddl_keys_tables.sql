-- change, drop and add primary key, rename, create, drop, move tables while streaming
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE k1 (id int primary key, a int not null, b text); INSERT INTO k1 VALUES (1, 10, 'x');
-- @create
INSERT INTO k1 VALUES (2, 20, 'y');
-- @sync
BEGIN; ALTER TABLE k1 DROP CONSTRAINT k1_pkey; ALTER TABLE k1 ADD PRIMARY KEY (a); COMMIT;
INSERT INTO k1 VALUES (3, 30, 'z'); UPDATE k1 SET b = 'q' WHERE id = 1; DELETE FROM k1 WHERE a = 20;
-- @sync
ALTER TABLE k1 DROP CONSTRAINT k1_pkey;
INSERT INTO k1 VALUES (4, 40, 'nopk');
-- @sync
ALTER TABLE k1 ADD PRIMARY KEY (id, a); ALTER TABLE k1 RENAME TO k1_renamed;
INSERT INTO k1_renamed VALUES (5, 50, 'renamed');
-- @sync
CREATE TABLE fresh (id int primary key, t text NOT NULL DEFAULT 'd'); INSERT INTO fresh VALUES (1);
DROP TABLE k1_renamed; CREATE TABLE k1 (id text primary key, other date); INSERT INTO k1 VALUES ('a', '2020-01-01');
ALTER TABLE k1 SET SCHEMA pg_catalog;
-- @sync
CREATE SCHEMA ns; ALTER TABLE fresh SET SCHEMA ns; INSERT INTO ns.fresh VALUES (2, 'moved');
-- @sync
ALTER TABLE ns.fresh REPLICA IDENTITY FULL; UPDATE ns.fresh SET t = 'full' WHERE id = 2; DELETE FROM ns.fresh WHERE id = 1;
