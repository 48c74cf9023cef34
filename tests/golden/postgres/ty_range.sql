-- ranges and multiranges
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t_rng (id int primary key, r0 int4range, r1 int8range, r2 numrange, r3 tsrange, r4 tstzrange, r5 daterange, r6 int4multirange, r7 tsmultirange, r8 nummultirange, rd int4range not null default '[5,6)');
INSERT INTO t_rng VALUES (1, '[1,10)', '(,5]', '[1.10,2.20)', '[2020-01-01 00:00:00,2021-06-01 12:00:00.5)', '[2020-01-01 00:00:00+02,)', 'empty', '{[1,3),[5,9)}', '{[2020-01-01,2020-02-01)}', '{}', '[2,3)');
INSERT INTO t_rng VALUES (2, null, null, null, null, null, null, null, null, null, 'empty');
-- @create
INSERT INTO t_rng VALUES (11, '[1,10)', '(,5]', '[1.10,2.20)', '[2020-01-01 00:00:00,2021-06-01 12:00:00.5)', '[2020-01-01 00:00:00+02,)', 'empty', '{[1,3),[5,9)}', '{[2020-01-01,2020-02-01)}', '{}', '[2,3)');
INSERT INTO t_rng VALUES (12, null, null, null, null, null, null, null, null, null, 'empty');
INSERT INTO t_rng(id) VALUES (13);
