-- bit and bit varying
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t_bit (id int primary key, b1 bit, b1n bit(1) not null, b2 bit(2), b8 bit(8), b9 bit(9), b64 bit(64), b70 bit(70), vb varbit, vb5 varbit(5), vb20 bit varying(20) not null default B'101');
INSERT INTO t_bit VALUES (1, B'1', B'0', B'10', B'10000001', B'100000001', B'1'::bit(64), B'1'::bit(70), B'1', B'101', B'11111111000000001');
INSERT INTO t_bit VALUES (2, null, B'1', null, null, null, null, null, null, null, B'');
INSERT INTO t_bit VALUES (3, B'0', B'0', B'01', B'00000000', B'000000000', (-1)::bit(64), repeat('1',70)::bit(70), B'', B'00000', B'00000000000000000001');
-- @create
INSERT INTO t_bit VALUES (11, B'1', B'0', B'10', B'10000001', B'100000001', B'1'::bit(64), B'1'::bit(70), B'1', B'101', B'11111111000000001');
INSERT INTO t_bit VALUES (12, null, B'1', null, null, null, null, null, null, null, B'');
INSERT INTO t_bit VALUES (13, B'0', B'0', B'01', B'00000000', B'000000000', (-1)::bit(64), repeat('1',70)::bit(70), B'', B'00000', B'00000000000000000001');
INSERT INTO t_bit(id, b1n) VALUES (20, B'1');
DELETE FROM t_bit WHERE id = 13;
