-- t_zero_dates_isostring
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config time.precision.mode=isostring
-- @config include.schema.changes=false
SET SESSION sql_mode='';
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 d DATE,
 dt DATETIME,
 dt6 DATETIME(6),
 ts TIMESTAMP NULL,
 ts3 TIMESTAMP(3) NULL,
 nd DATE NOT NULL,
 ndt DATETIME NOT NULL,
 ndt6 DATETIME(6) NOT NULL,
 nts TIMESTAMP NOT NULL,
 nt TIME NOT NULL DEFAULT '00:00:00',
 dd DATE NOT NULL DEFAULT '0000-00-00',
 ddt DATETIME DEFAULT '0000-00-00 00:00:00',
 dts TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00',
 pd DATE,
 pdt DATETIME(3)
) ;
INSERT INTO t (id,d,dt,dt6,ts,ts3,nd,ndt,ndt6,nts,nt,dd,ddt,dts,pd,pdt) VALUES (1,'0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','00:00:00','0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','2024-00-00','2024-01-00 10:00:00');
INSERT INTO t (id,d,dt,dt6,ts,ts3,nd,ndt,ndt6,nts,nt,dd,ddt,dts,pd,pdt) VALUES (2,'2024-01-01','2024-01-01 00:00:00','2024-01-01 00:00:00','2024-01-01 00:00:00','2024-01-01 00:00:00','2024-01-01','2024-01-01 00:00:00','2024-01-01 00:00:00','2024-01-01 00:00:00','01:00:00','2024-01-01','2024-01-01 00:00:00','2024-01-01 00:00:00','0000-05-05','2024-00-15 00:00:01');
-- @create
SET SESSION sql_mode='';
INSERT INTO t (id,d,dt,dt6,ts,ts3,nd,ndt,ndt6,nts,nt,dd,ddt,dts,pd,pdt) SELECT id+100,d,dt,dt6,ts,ts3,nd,ndt,ndt6,nts,nt,dd,ddt,dts,pd,pdt FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.d=b.d, a.dt=b.dt, a.dt6=b.dt6, a.ts=b.ts, a.ts3=b.ts3, a.nd=b.nd, a.ndt=b.ndt, a.ndt6=b.ndt6, a.nts=b.nts, a.nt=b.nt, a.dd=b.dd, a.ddt=b.ddt, a.dts=b.dts, a.pd=b.pd, a.pdt=b.pdt WHERE a.id=1;
DELETE FROM t WHERE id=102;
