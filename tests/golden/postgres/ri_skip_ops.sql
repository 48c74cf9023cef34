-- skipped.operations=c,d
-- @config skipped.operations=c,d
CREATE TABLE ri_default (id int primary key, a int not null, b text, c text not null default 'dc', d timestamp(3) not null, e boolean);
CREATE TABLE ri_full (LIKE ri_default INCLUDING ALL); ALTER TABLE ri_full REPLICA IDENTITY FULL;
CREATE TABLE ri_index (LIKE ri_default INCLUDING ALL); CREATE UNIQUE INDEX ri_ix ON ri_index (a, c); ALTER TABLE ri_index REPLICA IDENTITY USING INDEX ri_ix;
CREATE TABLE ri_nothing (LIKE ri_default INCLUDING ALL); ALTER TABLE ri_nothing REPLICA IDENTITY NOTHING;
INSERT INTO ri_default VALUES (1, 10, 'b', 'c', '2020-01-01', true), (2, 20, null, 'c2', '2020-01-01', null);
INSERT INTO ri_full VALUES (1, 10, 'b', 'c', '2020-01-01', true), (2, 20, null, 'c2', '2020-01-01', null);
INSERT INTO ri_index VALUES (1, 10, 'b', 'c', '2020-01-01', true), (2, 20, null, 'c2', '2020-01-01', null);
INSERT INTO ri_nothing VALUES (1, 10, 'b', 'c', '2020-01-01', true), (2, 20, null, 'c2', '2020-01-01', null);
-- @create
INSERT INTO ri_default VALUES (3, 30, 'three', 'c3', '2021-01-01', false);
UPDATE ri_default SET b = 'B' WHERE id = 1;
UPDATE ri_default SET b = 'B' WHERE id = 1;
UPDATE ri_default SET id = 100 WHERE id = 1;
UPDATE ri_default SET a = 21, b = 'x' WHERE id = 2;
DELETE FROM ri_default WHERE id = 2;
BEGIN; DELETE FROM ri_default WHERE id = 3; INSERT INTO ri_default VALUES (3, 33, null, 'again', '2022-02-02', null); COMMIT;
INSERT INTO ri_full VALUES (3, 30, 'three', 'c3', '2021-01-01', false);
UPDATE ri_full SET b = 'B' WHERE id = 1;
UPDATE ri_full SET b = 'B' WHERE id = 1;
UPDATE ri_full SET id = 100 WHERE id = 1;
UPDATE ri_full SET a = 21, b = 'x' WHERE id = 2;
DELETE FROM ri_full WHERE id = 2;
BEGIN; DELETE FROM ri_full WHERE id = 3; INSERT INTO ri_full VALUES (3, 33, null, 'again', '2022-02-02', null); COMMIT;
INSERT INTO ri_index VALUES (3, 30, 'three', 'c3', '2021-01-01', false);
UPDATE ri_index SET b = 'B' WHERE id = 1;
UPDATE ri_index SET b = 'B' WHERE id = 1;
UPDATE ri_index SET id = 100 WHERE id = 1;
UPDATE ri_index SET a = 21, b = 'x' WHERE id = 2;
DELETE FROM ri_index WHERE id = 2;
BEGIN; DELETE FROM ri_index WHERE id = 3; INSERT INTO ri_index VALUES (3, 33, null, 'again', '2022-02-02', null); COMMIT;
INSERT INTO ri_nothing VALUES (3, 30, 'three', 'c3', '2021-01-01', false);
UPDATE ri_nothing SET b = 'B' WHERE id = 1;
UPDATE ri_nothing SET b = 'B' WHERE id = 1;
UPDATE ri_nothing SET id = 100 WHERE id = 1;
UPDATE ri_nothing SET a = 21, b = 'x' WHERE id = 2;
DELETE FROM ri_nothing WHERE id = 2;
BEGIN; DELETE FROM ri_nothing WHERE id = 3; INSERT INTO ri_nothing VALUES (3, 33, null, 'again', '2022-02-02', null); COMMIT;
