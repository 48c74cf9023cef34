-- ReselectColumnsPostProcessor for one column, null values off
-- @config post.processors=res
-- @config post.processors.res.type=io.debezium.processors.reselect.ReselectColumnsPostProcessor
-- @config post.processors.res.reselect.columns.include.list=public.big:u
-- @config post.processors.res.reselect.null.values=false
CREATE TABLE big (id int primary key, n int, t text, u text, j jsonb, c text default 'dflt', nn int);
ALTER TABLE big ALTER COLUMN t SET STORAGE EXTERNAL; ALTER TABLE big ALTER COLUMN u SET STORAGE EXTERNAL; ALTER TABLE big ALTER COLUMN j SET STORAGE EXTERNAL;
INSERT INTO big VALUES (1, 1, repeat('ab', 1200), repeat('cd', 1200), jsonb_build_object('k', repeat('ef', 1200)));
-- @create
UPDATE big SET n = 2 WHERE id = 1;
-- @sync
UPDATE big SET t = 'short', nn = 5 WHERE id = 1;
-- @sync
INSERT INTO big VALUES (2, 2, 'x', null, null);
-- @sync
UPDATE big SET id = 3 WHERE id = 1;
-- @sync
DELETE FROM big WHERE id = 3;
