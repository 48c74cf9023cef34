-- integer types, signed/unsigned/zerofill/tinyint(1)/boolean, limits
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 ti TINYINT,
 tiu TINYINT UNSIGNED,
 si SMALLINT,
 siu SMALLINT UNSIGNED,
 mi MEDIUMINT,
 miu MEDIUMINT UNSIGNED,
 i INT,
 iu INT UNSIGNED,
 bi BIGINT,
 biu BIGINT UNSIGNED,
 t1 TINYINT(1),
 t1u TINYINT(1) UNSIGNED,
 b BOOLEAN,
 t4 TINYINT(4),
 iz INT(8) ZEROFILL,
 tz TINYINT(3) UNSIGNED ZEROFILL,
 bz BIGINT(20) ZEROFILL,
 i11 INTEGER(11),
 i2 INT2,
 i8 INT8,
 nn INT NOT NULL,
 nnu BIGINT UNSIGNED NOT NULL
) ;
INSERT INTO t (id,ti,tiu,si,siu,mi,miu,i,iu,bi,biu,t1,t1u,b,t4,iz,tz,bz,i11,i2,i8,nn,nnu) VALUES (1,-128,0,-32768,0,-8388608,0,-2147483648,0,-9223372036854775808,0,0,0,FALSE,-1,0,0,0,-5,-32768,-1,0,0);
INSERT INTO t (id,ti,tiu,si,siu,mi,miu,i,iu,bi,biu,t1,t1u,b,t4,iz,tz,bz,i11,i2,i8,nn,nnu) VALUES (2,127,255,32767,65535,8388607,16777215,2147483647,4294967295,9223372036854775807,18446744073709551615,1,1,TRUE,127,42,7,77,2147483647,32767,99,1,18446744073709551615);
INSERT INTO t (id,ti,tiu,si,siu,mi,miu,i,iu,bi,biu,t1,t1u,b,t4,iz,tz,bz,i11,i2,i8,nn,nnu) VALUES (3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,-7,9223372036854775808);
INSERT INTO t (id,ti,tiu,si,siu,mi,miu,i,iu,bi,biu,t1,t1u,b,t4,iz,tz,bz,i11,i2,i8,nn,nnu) VALUES (4,-1,128,-1,32768,-1,8388608,-1,2147483648,-1,9223372036854775808,-5,5,7,0,123456789,200,18446744073709551615,0,1,0,5,5);
-- @create
INSERT INTO t (id,ti,tiu,si,siu,mi,miu,i,iu,bi,biu,t1,t1u,b,t4,iz,tz,bz,i11,i2,i8,nn,nnu) SELECT id+100,ti,tiu,si,siu,mi,miu,i,iu,bi,biu,t1,t1u,b,t4,iz,tz,bz,i11,i2,i8,nn,nnu FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=4 SET a.ti=b.ti, a.tiu=b.tiu, a.si=b.si, a.siu=b.siu, a.mi=b.mi, a.miu=b.miu, a.i=b.i, a.iu=b.iu, a.bi=b.bi, a.biu=b.biu, a.t1=b.t1, a.t1u=b.t1u, a.b=b.b, a.t4=b.t4, a.iz=b.iz, a.tz=b.tz, a.bz=b.bz, a.i11=b.i11, a.i2=b.i2, a.i8=b.i8, a.nn=b.nn, a.nnu=b.nnu WHERE a.id=1;
DELETE FROM t WHERE id=102;
