-- b_generated_pk_multi
-- @config provide.transaction.metadata=true
-- @config include.schema.changes=false
CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, v INT);
CREATE TABLE b LIKE a;
INSERT INTO a (v) VALUES (1),(2);
INSERT INTO b (v) VALUES (1);
-- @create
UPDATE a JOIN b ON a.id=b.id SET a.v=10, b.v=20;
DELETE a,b FROM a JOIN b ON a.id=b.id;
INSERT INTO a (v) SELECT 7;
