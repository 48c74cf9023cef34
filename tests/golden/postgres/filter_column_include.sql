-- column.include.list, schema.include.list
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config column.include.list=public.c1.(id|name)
-- @config schema.include.list=public
CREATE SCHEMA s2; CREATE TABLE c1 (id int primary key, name varchar(20), secret text, num int, ssn char(11), note text); INSERT INTO c1 VALUES (1, 'Anne', 'topsecret', 42, '123-45-6789', 'a long note here');
CREATE TABLE s2.c1 (id int primary key, name varchar(20)); INSERT INTO s2.c1 VALUES (1, 'other'); CREATE TABLE s2.skip_me (id int primary key); INSERT INTO s2.skip_me VALUES (1);
-- @create
INSERT INTO c1 VALUES (2, 'Björn Ångström €', null, null, null, ''); INSERT INTO c1 VALUES (3, '', 'x', 1, '1', 'ab');
UPDATE c1 SET secret = 'new' WHERE id = 1;
DELETE FROM c1 WHERE id = 1;
INSERT INTO s2.c1 VALUES (2, 'n'); INSERT INTO s2.skip_me VALUES (2);
