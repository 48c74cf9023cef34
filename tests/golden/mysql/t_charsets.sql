-- legacy character sets
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 gbk VARCHAR(20) CHARACTER SET gbk,
 sjis VARCHAR(20) CHARACTER SET sjis,
 big5 VARCHAR(20) CHARACTER SET big5,
 euckr VARCHAR(20) CHARACTER SET euckr,
 ujis VARCHAR(20) CHARACTER SET ujis,
 cp1251 VARCHAR(20) CHARACTER SET cp1251,
 cp1250 VARCHAR(20) CHARACTER SET cp1250,
 koi8r VARCHAR(20) CHARACTER SET koi8r,
 koi8u VARCHAR(20) CHARACTER SET koi8u,
 greek VARCHAR(20) CHARACTER SET greek,
 hebrew VARCHAR(20) CHARACTER SET hebrew,
 latin2 VARCHAR(20) CHARACTER SET latin2,
 latin5 VARCHAR(20) CHARACTER SET latin5,
 latin7 VARCHAR(20) CHARACTER SET latin7,
 cp850 VARCHAR(20) CHARACTER SET cp850,
 cp852 VARCHAR(20) CHARACTER SET cp852,
 cp866 VARCHAR(20) CHARACTER SET cp866,
 cp932 VARCHAR(20) CHARACTER SET cp932,
 eucjpms VARCHAR(20) CHARACTER SET eucjpms,
 gb2312 VARCHAR(20) CHARACTER SET gb2312,
 utf16le VARCHAR(20) CHARACTER SET utf16le,
 tis620 VARCHAR(20) CHARACTER SET tis620,
 cp1256 VARCHAR(20) CHARACTER SET cp1256,
 cp1257 VARCHAR(20) CHARACTER SET cp1257,
 bin VARCHAR(20) CHARACTER SET binary
) ;
INSERT INTO t (id,gbk,sjis,big5,euckr,ujis,cp1251,cp1250,koi8r,koi8u,greek,hebrew,latin2,latin5,latin7,cp850,cp852,cp866,cp932,eucjpms,gb2312,utf16le,tis620,cp1256,cp1257,bin) VALUES (1,'中文漢字','日本語','中文','한국어','日本語','Привет','Příliš','Привет','Їжак','Ελλάδα','שלום','Łódź','İstanbul','Žemė','Ärger','Łódź','Привет','日本語①','日本語','中文','a𝄞水','ไทย','مرحبا','Žemė',x'00FF41');
INSERT INTO t (id,gbk,sjis,big5,euckr,ujis,cp1251,cp1250,koi8r,koi8u,greek,hebrew,latin2,latin5,latin7,cp850,cp852,cp866,cp932,eucjpms,gb2312,utf16le,tis620,cp1256,cp1257,bin) VALUES (2,'abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc','abc');
-- @create
INSERT INTO t (id,gbk,sjis,big5,euckr,ujis,cp1251,cp1250,koi8r,koi8u,greek,hebrew,latin2,latin5,latin7,cp850,cp852,cp866,cp932,eucjpms,gb2312,utf16le,tis620,cp1256,cp1257,bin) SELECT id+100,gbk,sjis,big5,euckr,ujis,cp1251,cp1250,koi8r,koi8u,greek,hebrew,latin2,latin5,latin7,cp850,cp852,cp866,cp932,eucjpms,gb2312,utf16le,tis620,cp1256,cp1257,bin FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.gbk=b.gbk, a.sjis=b.sjis, a.big5=b.big5, a.euckr=b.euckr, a.ujis=b.ujis, a.cp1251=b.cp1251, a.cp1250=b.cp1250, a.koi8r=b.koi8r, a.koi8u=b.koi8u, a.greek=b.greek, a.hebrew=b.hebrew, a.latin2=b.latin2, a.latin5=b.latin5, a.latin7=b.latin7, a.cp850=b.cp850, a.cp852=b.cp852, a.cp866=b.cp866, a.cp932=b.cp932, a.eucjpms=b.eucjpms, a.gb2312=b.gb2312, a.utf16le=b.utf16le, a.tis620=b.tis620, a.cp1256=b.cp1256, a.cp1257=b.cp1257, a.bin=b.bin WHERE a.id=1;
DELETE FROM t WHERE id=102;
