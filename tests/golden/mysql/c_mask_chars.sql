-- c_mask_chars
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config column.mask.with.12.chars=inv.t.ssn
-- @config column.mask.with.0.chars=inv.t.note,inv.t.n
-- @config include.schema.changes=false
CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(50), email VARCHAR(100) NOT NULL DEFAULT 'none', ssn CHAR(11), note TEXT, n INT, bin VARBINARY(20), l1 VARCHAR(20) CHARACTER SET latin1);
INSERT INTO t VALUES (1,'Ann é😀 Smith','ann@x.org','123-45-6789','a long note text',7,x'0102','é'),(2,NULL,'b@y','000-00-0000',NULL,NULL,NULL,NULL);
-- @create
INSERT INTO t VALUES (3,'Bob','bob@z.com','999-99-9999','',0,x'',''),(4,'日本語の名前です','','1','😀😀😀😀',1,x'ff','ü');
UPDATE t SET name='x' WHERE id=1;
UPDATE t SET n=99 WHERE id=2;
