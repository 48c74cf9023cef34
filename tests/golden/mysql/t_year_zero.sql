-- YEAR 0000: MySQL snapshot 2000, stream 1900; the MariaDB snapshot fails
-- @config include.schema.changes=false
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 y YEAR,
 n YEAR NOT NULL
) ;
INSERT INTO t (id,y,n) VALUES (1,0,2000);
INSERT INTO t (id,y,n) VALUES (2,2001,0);
INSERT INTO t (id,y,n) VALUES (3,NULL,1901);
-- @create
INSERT INTO t (id,y,n) SELECT id+100,y,n FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.y=b.y, a.n=b.n WHERE a.id=1;
DELETE FROM t WHERE id=102;
