-- expression defaults
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @paced
SET SESSION timestamp=1700000000.25;
CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(40) DEFAULT (CONCAT('x','y')), b INT DEFAULT (1+2), c DOUBLE NOT NULL DEFAULT (3.5*2), d DATE DEFAULT (CURRENT_DATE), e VARCHAR(20) DEFAULT (LOWER('ABC')));
-- @mysql
ALTER TABLE t ADD j JSON DEFAULT (JSON_ARRAY()), ADD tx TEXT DEFAULT ('abc'), ADD u BINARY(16) DEFAULT (x'00112233445566778899aabbccddeeff');
-- @mariadb
ALTER TABLE t ADD j JSON DEFAULT '[]', ADD tx TEXT DEFAULT 'abc', ADD bl BLOB DEFAULT 'blob';
INSERT INTO t (id) VALUES (1);
-- @create
SET SESSION timestamp=1700000000.25;
INSERT INTO t (id) VALUES (2);
ALTER TABLE t ADD z INT NOT NULL DEFAULT (7*6);
ALTER TABLE t ADD w VARCHAR(10) NOT NULL DEFAULT 'w' AFTER id;
INSERT INTO t (id) VALUES (3);
