-- large JSON format (offset size 4)
-- @only mysql
-- @config include.schema.changes=false
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 j JSON
) ;
INSERT INTO t (id,j) VALUES (1,(SELECT JSON_OBJECT('big',REPEAT('é',40000),'arr',JSON_ARRAY(1,2,3))));
INSERT INTO t (id,j) VALUES (2,(SELECT CONCAT('[',REPEAT('123456,',15000),'1]')));
-- @create
INSERT INTO t (id,j) SELECT id+100,j FROM t ORDER BY id;
