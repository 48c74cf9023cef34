-- multi-dimensional arrays, arrays with lower bounds, array defaults
-- @mask (before|after)\.t\.\d+
CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'h a');
CREATE DOMAIN d_int AS int;
CREATE TABLE md (id int primary key, m int[][], t text[][], b int[] default '{1,2}', n text[] not null default '{}'::text[]);
INSERT INTO md VALUES (1, '{{1,2},{3,4}}', '{{a,b},{c,d}}', '{1}', '{x}');
-- @create
INSERT INTO md VALUES (2, '{{1,2},{3,4}}', '{{a,b},{c,d}}', '{5}', '{y}');
INSERT INTO md(id) VALUES (3);
INSERT INTO md VALUES (4, '[0:1]={5,6}', '[2:3]={p,q}', null, '{"z"}');
INSERT INTO md VALUES (5, '{{{1},{2}}}', '{}', '{}', '{}');
