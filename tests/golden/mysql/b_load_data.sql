-- b_load_data
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20));
-- @create
LOAD DATA LOCAL INFILE '${DATA}/b_load_data.data.csv' INTO TABLE t FIELDS TERMINATED BY ',' LINES TERMINATED BY '\n';
