-- DecodeLogicalDecodingMessageContent
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config transforms=d
-- @config transforms.d.type=io.debezium.connector.postgresql.transforms.DecodeLogicalDecodingMessageContent
CREATE TABLE m1 (id int primary key, v text); CREATE TABLE m2 (id int primary key, v text); INSERT INTO m1 VALUES (1, 'a'); INSERT INTO m2 VALUES (1, 'a');
-- @create
SELECT pg_logical_emit_message(true, 'j', '{"id": 1, "n": null, "s": "x", "o": {"a": [1,2]}}');
INSERT INTO m1 VALUES (5, 'x');
