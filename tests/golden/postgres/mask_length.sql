-- column.mask.with.N.chars, column.truncate.to.N.chars
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config column.mask.with.5.chars=public.c1.secret
-- @config column.mask.with.0.chars=public.c1.ssn
-- @config column.truncate.to.3.chars=public.c1.name,s2.c1.name
-- @config column.truncate.to.0.chars=public.c1.note
CREATE SCHEMA s2; CREATE TABLE c1 (id int primary key, name varchar(20), secret text, num int, ssn char(11), note text); INSERT INTO c1 VALUES (1, 'Anne', 'topsecret', 42, '123-45-6789', 'a long note here');
CREATE TABLE s2.c1 (id int primary key, name varchar(20)); INSERT INTO s2.c1 VALUES (1, 'other'); CREATE TABLE s2.skip_me (id int primary key); INSERT INTO s2.skip_me VALUES (1);
-- @create
INSERT INTO c1 VALUES (2, 'Björn Ångström €', null, null, null, ''); INSERT INTO c1 VALUES (3, '', 'x', 1, '1', 'ab');
UPDATE c1 SET secret = 'new' WHERE id = 1;
DELETE FROM c1 WHERE id = 1;
INSERT INTO s2.c1 VALUES (2, 'n'); INSERT INTO s2.skip_me VALUES (2);
