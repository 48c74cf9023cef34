-- upsert, REPLACE, foreign key cascades (invisible in the binlog on MariaDB/older MySQL)
-- @config include.schema.changes=false
CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, k VARCHAR(5) UNIQUE, n INT);
CREATE TABLE c (id INT PRIMARY KEY, t_id INT, FOREIGN KEY (t_id) REFERENCES t(id) ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO t VALUES (1,'a',1),(2,'b',2);
INSERT INTO c VALUES (1,1),(2,1),(3,2);
-- @create
INSERT INTO t (k,n) VALUES ('a',5),('z',6) ON DUPLICATE KEY UPDATE n=n+100;
REPLACE INTO t VALUES (1,'a',7);
REPLACE INTO t (id,k,n) VALUES (50,'b',8);
REPLACE INTO t VALUES (60,'new',8);
INSERT IGNORE INTO t VALUES (60,'q',1),(61,'q',1);
INSERT INTO t VALUES (70,'fk',1);
INSERT INTO c VALUES (9,70);
DELETE FROM t WHERE id=70;
UPDATE t SET n=n WHERE id=60;
UPDATE t SET n=1 WHERE id=60;
DELETE a,b FROM t a JOIN t b ON a.id=b.id WHERE a.id=61;
