-- bytea, binary.handling.mode=base64-url-safe
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config binary.handling.mode=base64-url-safe
CREATE TABLE t_bytea (id int primary key, b bytea, bn bytea not null default '\x4142ff');
INSERT INTO t_bytea VALUES (1, '\x', '\x00');
INSERT INTO t_bytea VALUES (2, '\xdeadbeef', '\x00ff10');
INSERT INTO t_bytea VALUES (3, null, 'abc');
INSERT INTO t_bytea VALUES (4, '\xfbffbf3e3f', '\x0a0d');
INSERT INTO t_bytea VALUES (5, decode(repeat('00fa',40),'hex'), '\x7f');
-- @create
INSERT INTO t_bytea VALUES (11, '\x', '\x00');
INSERT INTO t_bytea VALUES (12, '\xdeadbeef', '\x00ff10');
INSERT INTO t_bytea VALUES (13, null, 'abc');
INSERT INTO t_bytea VALUES (14, '\xfbffbf3e3f', '\x0a0d');
INSERT INTO t_bytea VALUES (15, decode(repeat('00fa',40),'hex'), '\x7f');
INSERT INTO t_bytea(id) VALUES (30);
DELETE FROM t_bytea WHERE id = 12;
