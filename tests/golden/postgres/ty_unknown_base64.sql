-- the same with include.unknown.datatypes=true, binary.handling.mode=base64
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config include.unknown.datatypes=true
-- @config binary.handling.mode=base64
CREATE TYPE comp AS (a int, b text, c numeric(5,2));
CREATE DOMAIN d_comp AS comp;
CREATE EXTENSION cube;

CREATE TABLE t_unk (id int primary key, u0 comp, u1 comp[], u2 tsquery, u3 pg_lsn, u4 xid, u5 cid, u6 tid, u7 regclass, u8 regtype, u9 txid_snapshot, u10 jsonpath, u11 cube, u12 xid8, u13 pg_snapshot, u14 int2vector, u15 oidvector, z text);
INSERT INTO t_unk VALUES (1, '(1,"x,y",2.50)', array['(1,a,2)'::comp], 'fat & rat', '16/B374D848', '123', '7', '(1,2)', 'pg_class', 'integer', '10:20:10,14', '$.a[*]', '(1,2,3)', '99', '10:20:', '1 2', '1 2', 'z');
INSERT INTO t_unk VALUES (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
-- @create
INSERT INTO t_unk VALUES (11, '(1,"x,y",2.50)', array['(1,a,2)'::comp], 'fat & rat', '16/B374D848', '123', '7', '(1,2)', 'pg_class', 'integer', '10:20:10,14', '$.a[*]', '(1,2,3)', '99', '10:20:', '1 2', '1 2', 'z');
INSERT INTO t_unk VALUES (12, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
