-- publish.via.partition.root=true, publication filtered
-- @config publish.via.partition.root=true
-- @config publication.autocreate.mode=filtered
-- @config table.include.list=public.meas
CREATE TABLE meas (id int, day date not null, v int, primary key (id, day)) PARTITION BY RANGE (day);
CREATE TABLE meas_2020 PARTITION OF meas FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE meas_2021 PARTITION OF meas FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
CREATE TABLE meas_2021_a PARTITION OF meas_2021 FOR VALUES IN (1, 2, 3); CREATE TABLE meas_2021_d PARTITION OF meas_2021 DEFAULT;
INSERT INTO meas VALUES (1, '2020-05-05', 10), (1, '2021-05-05', 20), (9, '2021-06-06', 30);
-- @create
INSERT INTO meas VALUES (2, '2020-07-07', 11), (2, '2021-07-07', 21), (8, '2021-08-08', 31);
UPDATE meas SET v = v + 1 WHERE id = 1;
UPDATE meas SET day = '2021-05-06' WHERE id = 1 AND day = '2020-05-05';
DELETE FROM meas WHERE id = 9;
CREATE TABLE meas_2022 PARTITION OF meas FOR VALUES FROM ('2022-01-01') TO ('2023-01-01'); INSERT INTO meas VALUES (1, '2022-01-01', 5);
TRUNCATE meas_2020;
