-- the same without schemas
CREATE TABLE d1 (id int primary key, a text, b int not null default 5); INSERT INTO d1 VALUES (1, 'x', 1);
CREATE TABLE d2 (id int primary key, a text, b int); ALTER TABLE d2 REPLICA IDENTITY FULL; INSERT INTO d2 VALUES (1, 'x', 1);
-- @create
INSERT INTO d1 VALUES (2, 'y', 2);
-- @sync
ALTER TABLE d1 ADD COLUMN c numeric(8,2) DEFAULT 1.5; ALTER TABLE d2 ADD COLUMN c text NOT NULL DEFAULT 'new';
INSERT INTO d1 VALUES (3, 'z', 3, 2.5); UPDATE d1 SET a = 'xx' WHERE id = 1; UPDATE d2 SET a = 'xx' WHERE id = 1;
-- @sync
ALTER TABLE d1 DROP COLUMN a; ALTER TABLE d2 DROP COLUMN a;
INSERT INTO d1(id, b) VALUES (4, 4); UPDATE d1 SET b = 9 WHERE id = 1; UPDATE d2 SET b = 9 WHERE id = 1;
-- @sync
ALTER TABLE d1 RENAME COLUMN b TO bb; ALTER TABLE d2 RENAME COLUMN b TO bb;
INSERT INTO d1(id, bb) VALUES (5, 4); UPDATE d2 SET bb = 10;
-- @sync
ALTER TABLE d1 ALTER COLUMN bb TYPE text USING bb::text; ALTER TABLE d2 ALTER COLUMN bb TYPE bigint;
INSERT INTO d1(id, bb) VALUES (6, 'six'); UPDATE d2 SET bb = 11; DELETE FROM d1 WHERE id = 1;
-- @sync
ALTER TABLE d1 ALTER COLUMN bb DROP NOT NULL; ALTER TABLE d1 ALTER COLUMN c SET NOT NULL; ALTER TABLE d1 ALTER COLUMN c SET DEFAULT 7;
INSERT INTO d1(id, bb) VALUES (7, null);
-- @sync
ALTER TABLE d1 ALTER COLUMN id TYPE bigint;
INSERT INTO d1(id, bb) VALUES (8, 'eight');
