-- client session -08:00, server UTC
-- @config include.schema.changes=false
SET SESSION time_zone='-08:00';
CREATE TABLE t (
 id INT NOT NULL PRIMARY KEY,
 ts TIMESTAMP NULL,
 ts6 TIMESTAMP(6) NULL,
 dt DATETIME(3),
 t TIME,
 tsd TIMESTAMP NOT NULL DEFAULT '2020-01-01 00:00:00'
) ;
INSERT INTO t (id,ts,ts6,dt,t,tsd) VALUES (1,'2024-07-01 12:00:00','2024-07-01 12:00:00.123456','2024-07-01 12:00:00.123','12:00:00','2024-01-01 00:00:00');
INSERT INTO t (id,ts,ts6,dt,t,tsd) VALUES (2,'2024-01-01 00:00:00','2024-01-01 05:29:59.5','2024-01-01 00:00:00','00:00:00','2024-01-01 12:00:00');
-- @create
SET SESSION time_zone='-08:00';
INSERT INTO t (id,ts,ts6,dt,t,tsd) SELECT id+100,ts,ts6,dt,t,tsd FROM t ORDER BY id;
UPDATE t a JOIN t b ON b.id=2 SET a.ts=b.ts, a.ts6=b.ts6, a.dt=b.dt, a.t=b.t, a.tsd=b.tsd WHERE a.id=1;
DELETE FROM t WHERE id=102;
