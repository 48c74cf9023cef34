-- x_outbox
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config transforms=outbox
-- @config transforms.outbox.type=io.debezium.transforms.outbox.EventRouter
-- @config transforms.outbox.route.topic.replacement=${NAME}.outbox.${routedByValue}
-- @config table.include.list=inv.outbox
-- @config include.schema.changes=false
CREATE TABLE outbox (id CHAR(36) PRIMARY KEY, aggregatetype VARCHAR(30) NOT NULL, aggregateid VARCHAR(30) NOT NULL, type VARCHAR(30) NOT NULL, payload JSON, ver INT, created DATETIME(3) NULL);
-- @create
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000001','order','42','OrderCreated','{"id": 42, "items": [1, 2.5, null, "x"], "n": {"a": true}}',3,'2024-01-01 00:00:00.5');
DELETE FROM outbox;
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000002','order','43','OrderGone',NULL,NULL,NULL);
UPDATE outbox SET ver=5;
DELETE FROM outbox;
