-- enums (odd labels, added value while streaming), domains over many types
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy', 'com,ma', 'quo''te', 'ünï');
ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad';
CREATE DOMAIN d_int AS int CHECK (VALUE > 0);
CREATE DOMAIN d_vc AS varchar(10) NOT NULL;
CREATE DOMAIN d_num AS numeric(8,3) DEFAULT 1.5;
CREATE DOMAIN d_num2 AS d_num;
CREATE DOMAIN d_ts AS timestamp(3);
CREATE DOMAIN d_text AS text DEFAULT 'dom';
CREATE DOMAIN d_json AS jsonb;
CREATE DOMAIN d_bool AS boolean;
CREATE DOMAIN d_bit AS bit(4);
CREATE DOMAIN d_d_vc AS d_vc;

CREATE TABLE t_dom (id int primary key, e mood, en mood not null default 'ok', di d_int, dv d_vc, dn d_num, dn2 d_num2, dts d_ts, dt d_text, dj d_json, db d_bool, dbi d_bit, ddv d_d_vc);
INSERT INTO t_dom VALUES (1, 'sad', 'first', 5, 'abc', 12.345, 1.5, '2020-01-01 01:02:03.456', 't', '{"a":1}', true, B'1010', 'dd');
INSERT INTO t_dom VALUES (2, null, 'quo''te', null, '', null, null, null, null, null, null, null, '');
-- @create
INSERT INTO t_dom VALUES (11, 'very happy', 'ünï', 5, 'abc', 12.345, 1.5, '2020-01-01 01:02:03.456', 't', '{"a":1}', true, B'1010', 'dd');
INSERT INTO t_dom VALUES (12, null, 'quo''te', null, '', null, null, null, null, null, null, null, '');
INSERT INTO t_dom(id, dv, ddv) VALUES (13, 'x', 'y');
UPDATE t_dom SET e = 'com,ma' WHERE id = 11;
DELETE FROM t_dom WHERE id = 1;
-- @sync
ALTER TYPE mood ADD VALUE 'brand new' AFTER 'ok';
INSERT INTO t_dom(id, e, dv, ddv) VALUES (14, 'brand new', 'x', 'y');
