-- no rows at all: markers, offsets
CREATE TABLE e (id int primary key);
-- @create
INSERT INTO e VALUES (1);
-- @sync
