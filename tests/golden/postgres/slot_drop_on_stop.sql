-- slot.drop.on.stop=true with restart
-- @config slot.drop.on.stop=true
-- @go-on
CREATE TABLE a (id int primary key, v text); INSERT INTO a VALUES (1, 'one'), (2, 'two'); CREATE TABLE b (id int primary key); INSERT INTO b VALUES (7); CREATE TABLE e (id int primary key);
-- @create
INSERT INTO a VALUES (3, 'x');
-- @sync
-- @delete
INSERT INTO a VALUES (4, 'missed?');
-- @create
INSERT INTO a VALUES (5, 'y');
