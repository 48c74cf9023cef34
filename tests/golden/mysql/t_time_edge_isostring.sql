-- t_time_edge_isostring
-- @config time.precision.mode=isostring
-- @config include.schema.changes=false
-- @go-on
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 d DATE,
 dt DATETIME,
 dt6 DATETIME(6),
 t TIME,
 t6 TIME(6),
 t3 TIME(3)
) ;
INSERT INTO t (id,d,dt,dt6,t,t6,t3) VALUES (1,'1000-01-01','1000-01-01 00:00:00','1000-01-01 00:00:00.000001','-838:59:59','-838:59:59.000000','-00:00:00.5');
INSERT INTO t (id,d,dt,dt6,t,t6,t3) VALUES (2,'9999-12-31','9999-12-31 23:59:59','9999-12-31 23:59:59.999999','838:59:59','838:59:59.000000','-01:02:03.456');
INSERT INTO t (id,d,dt,dt6,t,t6,t3) VALUES (3,'1582-10-10','1582-10-04 12:00:00','1582-10-15 00:00:00','24:00:00','-23:59:59.999999','100:00:00.001');
INSERT INTO t (id,d,dt,dt6,t,t6,t3) VALUES (4,'1900-02-28','1900-03-01 00:00:00','0999-12-31 23:59:59.5','-00:00:01','-00:00:00.000001','-24:00:00');
-- @create
INSERT INTO t (id,d,dt,dt6,t,t6,t3) SELECT id+100,d,dt,dt6,t,t6,t3 FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=4 SET a.d=b.d, a.dt=b.dt, a.dt6=b.dt6, a.t=b.t, a.t6=b.t6, a.t3=b.t3 WHERE a.id=1;
DELETE FROM t WHERE id=102;
