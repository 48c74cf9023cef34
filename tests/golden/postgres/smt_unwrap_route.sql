-- route.by.field
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.ExtractNewRecordState
-- @config transforms.t0.route.by.field=what
-- @config table.include.list=public.ord
-- @config snapshot.mode=no_data
CREATE TABLE cust (id int primary key, name text, age smallint default 18, score double precision, born date, at timestamp(3), bal numeric(8,2), bin bytea, ok boolean not null default true);
ALTER TABLE cust REPLICA IDENTITY FULL;
INSERT INTO cust VALUES (1, 'Ann', 30, 1.5, '1990-01-01', '2020-01-01 10:00:00', 10.50, '\x01', true), (2, null, null, null, null, null, null, null, false);
CREATE TABLE ord (id bigint primary key, cid int, what text); INSERT INTO ord VALUES (100, 1, 'w');
-- @create
INSERT INTO ord VALUES (5, 1, 'smt_unwrap_route.byfield');
UPDATE ord SET what = 'smt_unwrap_route.other' WHERE id = 5;
DELETE FROM ord WHERE id = 5;
