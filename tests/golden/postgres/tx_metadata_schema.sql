-- the same with schemas
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config provide.transaction.metadata=true
CREATE TABLE m1 (id int primary key, v text); CREATE TABLE m2 (id int primary key, v text); INSERT INTO m1 VALUES (1, 'a'); INSERT INTO m2 VALUES (1, 'a');
-- @create
INSERT INTO m1 VALUES (2, 'b');
BEGIN; INSERT INTO m1 VALUES (3, 'c'); INSERT INTO m2 VALUES (3, 'c'); UPDATE m1 SET v = 'd' WHERE id = 3; UPDATE m1 SET id = 30 WHERE id = 3; DELETE FROM m2 WHERE id = 1; SELECT pg_logical_emit_message(true, 'pre', 'in tx'); COMMIT;
SELECT pg_logical_emit_message(false, 'pre', 'outside');
BEGIN; SELECT pg_logical_emit_message(false, 'pre', 'non-tx inside'); INSERT INTO m1 VALUES (4, 'e'); COMMIT;
BEGIN; SELECT pg_logical_emit_message(true, 'other', 'only message'); COMMIT;
BEGIN; SELECT pg_logical_emit_message(true, 'rb', 'rolled back'); SELECT pg_logical_emit_message(false, 'rb', 'kept'); ROLLBACK;
SELECT pg_logical_emit_message(true, 'bin', '\x00ff41'::bytea); SELECT pg_logical_emit_message(true, '', ''); SELECT pg_logical_emit_message(true, 'ünï "p"', '{"json": "ä\n"}');
BEGIN; CREATE TABLE zz (i int); COMMIT;
INSERT INTO m2 VALUES (9, 'last');
