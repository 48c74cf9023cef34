-- PartitionRouting
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.partitions.PartitionRouting
-- @config transforms.t0.partition.payload.fields=change.cid
-- @config transforms.t0.partition.topic.num=3
-- @config topic.creation.default.partitions=3
-- @config topic.creation.default.replication.factor=1
-- @config table.include.list=public.ord
CREATE TABLE cust (id int primary key, name text, age smallint default 18, score double precision, born date, at timestamp(3), bal numeric(8,2), bin bytea, ok boolean not null default true);
ALTER TABLE cust REPLICA IDENTITY FULL;
INSERT INTO cust VALUES (1, 'Ann', 30, 1.5, '1990-01-01', '2020-01-01 10:00:00', 10.50, '\x01', true), (2, null, null, null, null, null, null, null, false);
CREATE TABLE ord (id bigint primary key, cid int, what text); INSERT INTO ord VALUES (100, 1, 'w');
-- @create
INSERT INTO ord SELECT g, g, 'r' FROM generate_series(1, 12) g;
DELETE FROM ord WHERE id = 3;
