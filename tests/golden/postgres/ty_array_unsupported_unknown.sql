-- the same with include.unknown.datatypes=true
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config include.unknown.datatypes=true
CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'h a');
CREATE DOMAIN d_int AS int;
CREATE TABLE u0 (id int primary key, a money[], z int);
INSERT INTO u0 VALUES (1, '{1.50}', 1);
CREATE TABLE u1 (id int primary key, a interval[], z int);
INSERT INTO u1 VALUES (1, '{1 day}', 1);
CREATE TABLE u2 (id int primary key, a varbit[], z int);
INSERT INTO u2 VALUES (1, '{101}', 1);
CREATE TABLE u3 (id int primary key, a bit(3)[], z int);
INSERT INTO u3 VALUES (1, '{101}', 1);
CREATE TABLE u4 (id int primary key, a bit[], z int);
INSERT INTO u4 VALUES (1, '{1}', 1);
CREATE TABLE u5 (id int primary key, a xml[], z int);
INSERT INTO u5 VALUES (1, array['<a/>'::xml], 1);
CREATE TABLE u6 (id int primary key, a point[], z int);
INSERT INTO u6 VALUES (1, array['(1,2)'::point], 1);
CREATE TABLE u7 (id int primary key, a name[], z int);
INSERT INTO u7 VALUES (1, '{abc}', 1);
CREATE TABLE u8 (id int primary key, a d_int[], z int);
INSERT INTO u8 VALUES (1, '{1,2}', 1);
CREATE TABLE u9 (id int primary key, a int4multirange[], z int);
INSERT INTO u9 VALUES (1, array['{[1,3)}'::int4multirange], 1);
CREATE TABLE u10 (id int primary key, a "char"[], z int);
INSERT INTO u10 VALUES (1, '{a,b}', 1);
CREATE TABLE u11 (id int primary key, a tsvector[], z int);
INSERT INTO u11 VALUES (1, array['a b'::tsvector], 1);
-- @create
INSERT INTO u0 VALUES (2, '{1.50}', 2);
INSERT INTO u1 VALUES (2, '{1 day}', 2);
INSERT INTO u2 VALUES (2, '{101}', 2);
INSERT INTO u3 VALUES (2, '{101}', 2);
INSERT INTO u4 VALUES (2, '{1}', 2);
INSERT INTO u5 VALUES (2, array['<a/>'::xml], 2);
INSERT INTO u6 VALUES (2, array['(1,2)'::point], 2);
INSERT INTO u7 VALUES (2, '{abc}', 2);
INSERT INTO u8 VALUES (2, '{1,2}', 2);
INSERT INTO u9 VALUES (2, array['{[1,3)}'::int4multirange], 2);
INSERT INTO u10 VALUES (2, '{a,b}', 2);
INSERT INTO u11 VALUES (2, array['a b'::tsvector], 2);
