-- snapshot.select.statement.overrides, snapshot.include.collection.list
-- @config snapshot.select.statement.overrides=public.a
-- @config snapshot.select.statement.overrides.public.a=SELECT id, upper(v) AS v FROM public.a WHERE id > 1
-- @config snapshot.include.collection.list=public.a,public.e
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'x'); INSERT INTO b VALUES (8);
