-- t_collation_keys
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config include.schema.changes=false
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 b VARCHAR(20) COLLATE utf8mb4_bin NOT NULL,
 ci VARCHAR(20) COLLATE utf8mb4_general_ci,
 lcs VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_general_cs,
 vb VARBINARY(20)
) DEFAULT CHARSET=latin1;
INSERT INTO t (id,b,ci,lcs,vb) VALUES (1,'A ','a ','É',x'4120');
INSERT INTO t (id,b,ci,lcs,vb) VALUES (2,'ÿ','ß','ÿ',x'ff00');
-- @create
INSERT INTO t (id,b,ci,lcs,vb) SELECT id+100,b,ci,lcs,vb FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.b=b.b, a.ci=b.ci, a.lcs=b.lcs, a.vb=b.vb WHERE a.id=1;
DELETE FROM t WHERE id=102;
