-- message.key.columns
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config message.key.columns=public.nopk:a;public.pk2:y,w;(.*).uq:c
CREATE TABLE nopk (a int, b text); ALTER TABLE nopk REPLICA IDENTITY FULL;
CREATE TABLE nopk_d (a int, b text);
CREATE TABLE uq (a int not null, b text not null, c int); CREATE UNIQUE INDEX uq_ix ON uq (b, a); ALTER TABLE uq REPLICA IDENTITY USING INDEX uq_ix;
CREATE TABLE uqn (a int, b text unique); ALTER TABLE uqn REPLICA IDENTITY FULL;
CREATE TABLE uqe (a int not null, b text not null); CREATE UNIQUE INDEX uqe_ix ON uqe (lower(b)); CREATE UNIQUE INDEX uqe_p ON uqe (a) WHERE a > 5; ALTER TABLE uqe REPLICA IDENTITY FULL;
CREATE TABLE pk2 (z int, y text, x int, w int, primary key (x, z));
INSERT INTO nopk VALUES (1, 'x'); INSERT INTO nopk_d VALUES (1, 'x'); INSERT INTO uq VALUES (1, 'x', 2); INSERT INTO uqn VALUES (1, 'x'), (2, null); INSERT INTO uqe VALUES (1, 'x'); INSERT INTO pk2 VALUES (1, 'y', 2, 3);
-- @create
INSERT INTO nopk VALUES (2, 'y'); UPDATE nopk SET b = 'z' WHERE a = 1; DELETE FROM nopk WHERE a = 2;
INSERT INTO nopk_d VALUES (2, 'y'); UPDATE nopk_d SET b = 'z' WHERE a = 1; DELETE FROM nopk_d WHERE a = 2;
INSERT INTO uq VALUES (2, 'y', 5); UPDATE uq SET c = 6 WHERE a = 1; UPDATE uq SET b = 'zz' WHERE a = 1; DELETE FROM uq WHERE a = 2;
INSERT INTO uqn VALUES (3, 'y'); UPDATE uqn SET a = 6 WHERE a = 1; DELETE FROM uqn WHERE a = 3; INSERT INTO uqn VALUES (9, null);
INSERT INTO uqe VALUES (3, 'y'); UPDATE uqe SET a = 6 WHERE a = 1; DELETE FROM uqe WHERE a = 3;
INSERT INTO pk2 VALUES (5, 'y', 6, 7); UPDATE pk2 SET w = 8 WHERE x = 2; UPDATE pk2 SET x = 20 WHERE x = 2; DELETE FROM pk2 WHERE x = 6;
