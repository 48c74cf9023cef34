-- SchemaRegexTopicNamingStrategy
-- @config topic.naming.strategy=io.debezium.schema.SchemaRegexTopicNamingStrategy
-- @config topic.regex=(.*)\.public\.(.*)
-- @config topic.replacement=$1.all
CREATE SCHEMA "Odd Schema"; CREATE TABLE "Odd Schema"."My Table-1" ("Id" int primary key, "with space" text, "dash-ed" int, "quo""te" text, "ünï" text, "1st" int, "a.b" int, "UPPER" int, "$x" int, "select" int, "日本" int, "under_score" int);
INSERT INTO "Odd Schema"."My Table-1" VALUES (1, 'a', 2, 'q', 'u', 3, 4, 5, 6, 7, 8, 9);
CREATE TABLE "tbl.with.dots" (id int primary key); INSERT INTO "tbl.with.dots" VALUES (1);
CREATE TABLE "tbl$dollar" (id int primary key); INSERT INTO "tbl$dollar" VALUES (1);
CREATE TABLE "täble" (id int primary key); INSERT INTO "täble" VALUES (1);
CREATE TABLE "TaBle" (id int primary key, "ID2" int); INSERT INTO "TaBle" VALUES (1, 1);
-- @create
INSERT INTO "Odd Schema"."My Table-1" VALUES (2, 'a', 2, 'q', 'u', 3, 4, 5, 6, 7, 8, 9); DELETE FROM "Odd Schema"."My Table-1" WHERE "Id" = 1;
INSERT INTO "tbl.with.dots" VALUES (2); INSERT INTO "tbl$dollar" VALUES (2); INSERT INTO "täble" VALUES (2); INSERT INTO "TaBle" VALUES (2, 2); UPDATE "TaBle" SET "ID2" = 3 WHERE id = 1;
