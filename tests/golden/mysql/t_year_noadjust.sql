-- t_year_noadjust
-- @config enable.time.adjuster=false
-- @config include.schema.changes=false
SET SESSION sql_mode='';
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 y YEAR,
 y4 YEAR(4),
 d DATE,
 n YEAR NOT NULL DEFAULT 1999
) ;
INSERT INTO t (id,y,y4,d,n) VALUES (1,'70','99','70-01-02','00');
INSERT INTO t (id,y,y4,d,n) VALUES (2,'69','0','0069-01-01',2001);
INSERT INTO t (id,y,y4,d,n) VALUES (3,NULL,2155,'0099-12-31',1901);
-- @create
SET SESSION sql_mode='';
INSERT INTO t (id,y,y4,d,n) SELECT id+100,y,y4,d,n FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=3 SET a.y=b.y, a.y4=b.y4, a.d=b.d, a.n=b.n WHERE a.id=1;
DELETE FROM t WHERE id=102;
