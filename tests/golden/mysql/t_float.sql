-- float/double/real incl. precision forms and number text formats
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 f FLOAT,
 f73 FLOAT(7,3),
 f24 FLOAT(24),
 f25 FLOAT(25),
 f53 FLOAT(53),
 d DOUBLE,
 d104 DOUBLE(10,4),
 r REAL,
 dp DOUBLE PRECISION,
 fu FLOAT UNSIGNED,
 du DOUBLE UNSIGNED,
 dz DOUBLE(8,2) ZEROFILL,
 f0 FLOAT(0),
 nn DOUBLE NOT NULL
) ;
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) VALUES (1,0,0,0,0,0,0,0,0,0,0,0,0,0,0);
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) VALUES (2,1.1,1.1,1.1,1.1,1.1,1.1,1.1,1.1,1.1,1.1,1.1,1.1,1.1,1.1);
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) VALUES (3,-3.4028234e38,-9999.999,3.4028234e38,-1.7976931348623157e308,1.7976931348623157e308,2.2250738585072014e-308,-999999.9999,1e100,1e-100,1.17549435e-38,5e-324,12.34,16777216,1e21);
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) VALUES (4,16777217,1234.567,0.1,0.1,123456789.123456789,-0.0,0.0001,1e7,1e-3,12345678,1e22,99999.99,0.333333333,100);
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) VALUES (5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3.141592653589793);
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) VALUES (6,1e10,3.5,1.5e-7,1e15,1e16,9007199254740993,1,123456.789,0.001,3.3,4.9e-324,0.5,1e6,1e-5);
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) VALUES (7,1234567,1,12345.678,1e17,1e18,123456789012345680,2.5,9999999,10000000,99999.9,0.3,7,9.99e5,0.00001234);
-- @create
INSERT INTO t (id,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn) SELECT id+100,f,f73,f24,f25,f53,d,d104,r,dp,fu,du,dz,f0,nn FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=7 SET a.f=b.f, a.f73=b.f73, a.f24=b.f24, a.f25=b.f25, a.f53=b.f53, a.d=b.d, a.d104=b.d104, a.r=b.r, a.dp=b.dp, a.fu=b.fu, a.du=b.du, a.dz=b.dz, a.f0=b.f0, a.nn=b.nn WHERE a.id=1;
DELETE FROM t WHERE id=102;
