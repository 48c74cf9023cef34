-- d_ddl_comments
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config include.schema.comments=true
-- @paced
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b VARCHAR(10));
INSERT INTO t VALUES (1,1,'x');
CREATE TABLE c (id INT PRIMARY KEY COMMENT 'the id', v INT COMMENT 'it''s v') COMMENT 'tbl';
-- @create
ALTER TABLE c ADD w INT COMMENT 'new w';
INSERT INTO c VALUES (1,2,3);
ALTER TABLE c COMMENT 'other';
ALTER TABLE c MODIFY w BIGINT COMMENT 'ww';
