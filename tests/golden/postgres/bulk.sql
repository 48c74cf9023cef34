-- 2000 rows in one transaction, 500 updates, 3 tables
CREATE TABLE bulk1 (id int primary key, v text); INSERT INTO bulk1 SELECT g, 's' || g FROM generate_series(1, 300) g;
-- @create
INSERT INTO bulk1 SELECT g, 'c' || g FROM generate_series(301, 1300) g;
UPDATE bulk1 SET v = v || 'u' WHERE id % 10 = 0;
DELETE FROM bulk1 WHERE id % 50 = 0;
COPY bulk1 FROM stdin;
5001	copied
5002	\\N
\.
