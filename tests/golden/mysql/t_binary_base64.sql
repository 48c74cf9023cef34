-- t_binary_base64
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config binary.handling.mode=base64
-- @config include.schema.changes=false
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 b BINARY(5),
 b1 BINARY,
 vb VARBINARY(20),
 tb TINYBLOB,
 bl BLOB,
 mb MEDIUMBLOB,
 lb LONGBLOB,
 b100 BLOB(100),
 nn VARBINARY(5) NOT NULL
) ;
INSERT INTO t (id,b,b1,vb,tb,bl,mb,lb,b100,nn) VALUES (1,x'0102',x'00',x'',x'',x'',x'',x'',x'',x'');
INSERT INTO t (id,b,b1,vb,tb,bl,mb,lb,b100,nn) VALUES (2,x'FFFEFD0000',x'FF',x'FBFF3E3F00',x'00',x'0000',x'DEADBEEF',x'FFFFFFFFFF',x'616263',x'41');
INSERT INTO t (id,b,b1,vb,tb,bl,mb,lb,b100,nn) VALUES (3,'abc','z','a b''\n','é😀','text','\0',x'80','~',x'fb');
INSERT INTO t (id,b,b1,vb,tb,bl,mb,lb,b100,nn) VALUES (4,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,x'00');
INSERT INTO t (id,b,b1,vb,tb,bl,mb,lb,b100,nn) VALUES (5,x'0000000000',x'20',x'2000',x'20',x'fbefbe',x'ffffff',x'3e3f',x'3f',x'0001');
-- @create
INSERT INTO t (id,b,b1,vb,tb,bl,mb,lb,b100,nn) SELECT id+100,b,b1,vb,tb,bl,mb,lb,b100,nn FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=5 SET a.b=b.b, a.b1=b.b1, a.vb=b.vb, a.tb=b.tb, a.bl=b.bl, a.mb=b.mb, a.lb=b.lb, a.b100=b.b100, a.nn=b.nn WHERE a.id=1;
DELETE FROM t WHERE id=102;
