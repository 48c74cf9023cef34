-- MaskField replacement
-- @config transforms=t0,t1,t2
-- @config transforms.t0.type=io.debezium.transforms.ExtractNewRecordState
-- @config transforms.t0.delete.tombstone.handling.mode=tombstone
-- @config transforms.t1.type=org.apache.kafka.connect.transforms.MaskField$Value
-- @config transforms.t1.fields=name
-- @config transforms.t1.replacement=***
-- @config transforms.t2.type=org.apache.kafka.connect.transforms.MaskField$Value
-- @config transforms.t2.fields=age
-- @config transforms.t2.replacement=7
-- @config table.include.list=public.cust
CREATE TABLE cust (id int primary key, name text, age smallint default 18, score double precision, born date, at timestamp(3), bal numeric(8,2), bin bytea, ok boolean not null default true);
ALTER TABLE cust REPLICA IDENTITY FULL;
INSERT INTO cust VALUES (1, 'Ann', 30, 1.5, '1990-01-01', '2020-01-01 10:00:00', 10.50, '\x01', true), (2, null, null, null, null, null, null, null, false);
CREATE TABLE ord (id bigint primary key, cid int, what text); INSERT INTO ord VALUES (100, 1, 'w');
-- @create
INSERT INTO cust VALUES (3, 'Carl', 40, 2.25, '1980-02-03', '2021-02-03 04:05:06.789', 99.99, '\xff00', true);
UPDATE cust SET name = 'Anne', age = null WHERE id = 1;
UPDATE cust SET name = 'Anne' WHERE id = 1;
DELETE FROM cust WHERE id = 2;
UPDATE cust SET id = 33 WHERE id = 3;
INSERT INTO ord VALUES (101, 3, 'q'); UPDATE ord SET what = 'z' WHERE id = 100; DELETE FROM ord WHERE id = 101; TRUNCATE ord;
