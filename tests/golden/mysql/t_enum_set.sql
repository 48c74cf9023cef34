-- t_enum_set
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 e ENUM('a','b','c'),
 e2 ENUM('x small','it''s','','ünï','日本','a,b','😀') CHARACTER SET utf8mb4,
 s SET('r','g','b'),
 s2 SET('ä','b c','日本','q''t') CHARACTER SET utf8mb4,
 el ENUM('é','z') CHARACTER SET latin1,
 nn ENUM('one','two') NOT NULL,
 sn SET('one','two') NOT NULL DEFAULT 'one,two',
 ed ENUM('N','Y') DEFAULT 'N'
) ;
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) VALUES (1,'a','x small','r','ä','é','one','one','N');
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) VALUES (2,'b','it''s','r,b','q''t,ä','z','two','','Y');
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) VALUES (3,'c','','','','é','two','two,one',NULL);
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) VALUES (4,NULL,NULL,NULL,NULL,NULL,'one','one','N');
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) VALUES (5,'a','日本','b,g,r','日本,b c','z','one','two','Y');
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) VALUES (6,'b','a,b','g','b c','é','two','one','N');
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) VALUES (7,'c','😀','r','ä','é','two','one','N');
-- @create
INSERT INTO t (id,e,e2,s,s2,el,nn,sn,ed) SELECT id+100,e,e2,s,s2,el,nn,sn,ed FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=7 SET a.e=b.e, a.e2=b.e2, a.s=b.s, a.s2=b.s2, a.el=b.el, a.nn=b.nn, a.sn=b.sn, a.ed=b.ed WHERE a.id=1;
DELETE FROM t WHERE id=102;
