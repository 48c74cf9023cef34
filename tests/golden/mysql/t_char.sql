-- character types, character sets, quotes/control/4-byte
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 c CHAR(5),
 c0 CHAR,
 v VARCHAR(40),
 vl VARCHAR(40) CHARACTER SET latin1,
 vu VARCHAR(40) CHARACTER SET utf8mb3,
 vb VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
 v2 VARCHAR(40) CHARACTER SET ucs2,
 v16 VARCHAR(40) CHARACTER SET utf16,
 v32 VARCHAR(40) CHARACTER SET utf32,
 va VARCHAR(40) CHARACTER SET ascii,
 vc VARCHAR(40) BINARY,
 tt TINYTEXT,
 t TEXT,
 mt MEDIUMTEXT,
 lt LONGTEXT,
 tl TEXT CHARACTER SET latin1,
 nc NCHAR(5),
 nv NVARCHAR(10),
 t100 TEXT(100),
 lv LONG VARCHAR,
 nn VARCHAR(10) NOT NULL
) ;
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) VALUES (1,'abc','a','abc','abc','abc','abc','abc','abc','abc','a','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc');
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) VALUES (2,'','','','','','','','','','a','','','','','','','','','','','');
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) VALUES (3,'it''s ','i','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','x
y','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s ','it''s "q" \\','it''s "q" \\ b
	
','it''s "q" \\ b
	
','it''s "q" \\');
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) VALUES (4,'zß水𝄞😀','z','zß水𝄞😀é','Ünïcödé€','zß水é','zß水𝄞😀é','zß水é','zß水𝄞😀é','zß水𝄞😀é','a','zß水𝄞😀é','zß水𝄞😀é','zß水𝄞😀é','zß水𝄞😀é','zß水𝄞😀é','Ünïcödé€','zß水é','zß水é','zß水𝄞😀é','zß水𝄞😀é','zß水𝄞😀é');
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) VALUES (5,'a  ','a','a  ','a  ','a  ','a  ','a  ','a  ','a  ','b  ','a  ','a  ','a  ','a  ','a  ','a  ','a  ','a  ','a  ','a  ','a  ');
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) VALUES (6,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'x');
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) VALUES (7,'<&>/ ','<','<&>/  ÿ','<&>/ÿ','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ','</>&','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ','<&>/ÿ','<&>/ ','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ','<&>/  ÿ');
-- @create
INSERT INTO t (id,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn) SELECT id+100,c,c0,v,vl,vu,vb,v2,v16,v32,va,vc,tt,t,mt,lt,tl,nc,nv,t100,lv,nn FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=7 SET a.c=b.c, a.c0=b.c0, a.v=b.v, a.vl=b.vl, a.vu=b.vu, a.vb=b.vb, a.v2=b.v2, a.v16=b.v16, a.v32=b.v32, a.va=b.va, a.vc=b.vc, a.tt=b.tt, a.t=b.t, a.mt=b.mt, a.lt=b.lt, a.tl=b.tl, a.nc=b.nc, a.nv=b.nv, a.t100=b.t100, a.lv=b.lv, a.nn=b.nn WHERE a.id=1;
DELETE FROM t WHERE id=102;
