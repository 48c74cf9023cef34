-- uuid json jsonb xml inet cidr macaddr macaddr8 tsvector citext ltree isbn
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore; CREATE EXTENSION isn;

CREATE TABLE t_misc (id int primary key, u uuid, j json, jb jsonb, x xml, i inet, ci cidr, m macaddr, m8 macaddr8, tv tsvector, ct citext, lt ltree, isb isbn, un uuid not null, jn jsonb not null);
INSERT INTO t_misc VALUES (1, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"b" : 1,  "a":[1, 2.50, null, "x\u00e9"], "b":2}', '{"b" : 1,  "a":[1, 2.50, null, "x\u00e9"], "b":2}', '<a b="1">t &amp; ü</a>', '192.168.0.1', '10.0.0.0/8', '08:00:2B:01:02:03', '08:00:2b:01:02:03:04:05', 'a fat cat''s mat:5A b:2', 'MiXed', 'Top.Science.Astro', '978-0-393-04002-9', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '[]');
INSERT INTO t_misc VALUES (2, null, null, null, null, null, null, null, null, null, null, null, null, '00000000-0000-0000-0000-000000000000', '{}');
INSERT INTO t_misc VALUES (3, '{a0eebc999c0b4ef8bb6d6bb9bd380a12}', '  "str" ', '1e3', '<r/>', '2001:db8::1/64', '2001:db8::/32', '0800.2b01.0203', '0800:2b01:0203:0405', '', '', '', '0-306-40615-2', 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11', 'null');
INSERT INTO t_misc VALUES (4, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', '[1,2,
3]', '{"z":{"y":"\"q\" \\ \n"},"aa":12345678901234567890.123456789,"c":true}', 'plain text', '10.1.2.3/8', '192.168.1.5/32', '08-00-2b-01-02-03', '08002b0102030405', $$'weird token':1 'a':2,3$$, 'ÀÉ', 'a.b_c.1', '9780393040029', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '"x"');
-- @create
INSERT INTO t_misc VALUES (11, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"b" : 1,  "a":[1, 2.50, null, "x\u00e9"], "b":2}', '{"b" : 1,  "a":[1, 2.50, null, "x\u00e9"], "b":2}', '<a b="1">t &amp; ü</a>', '192.168.0.1', '10.0.0.0/8', '08:00:2B:01:02:03', '08:00:2b:01:02:03:04:05', 'a fat cat''s mat:5A b:2', 'MiXed', 'Top.Science.Astro', '978-0-393-04002-9', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '[]');
INSERT INTO t_misc VALUES (12, null, null, null, null, null, null, null, null, null, null, null, null, '00000000-0000-0000-0000-000000000000', '{}');
INSERT INTO t_misc VALUES (13, '{a0eebc999c0b4ef8bb6d6bb9bd380a12}', '  "str" ', '1e3', '<r/>', '2001:db8::1/64', '2001:db8::/32', '0800.2b01.0203', '0800:2b01:0203:0405', '', '', '', '0-306-40615-2', 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11', 'null');
INSERT INTO t_misc VALUES (14, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', '[1,2,
3]', '{"z":{"y":"\"q\" \\ \n"},"aa":12345678901234567890.123456789,"c":true}', 'plain text', '10.1.2.3/8', '192.168.1.5/32', '08-00-2b-01-02-03', '08002b0102030405', $$'weird token':1 'a':2,3$$, 'ÀÉ', 'a.b_c.1', '9780393040029', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '"x"');
UPDATE t_misc SET j = '{}' WHERE id = 11;
DELETE FROM t_misc WHERE id = 13;
