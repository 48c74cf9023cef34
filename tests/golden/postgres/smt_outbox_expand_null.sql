-- expand with null and empty array behaviour
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.outbox.EventRouter
-- @config transforms.t0.route.topic.replacement=${NAME}.out.${routedByValue}
-- @config transforms.t0.table.expand.json.payload=true
-- @config transforms.t0.table.json.payload.null.behavior=optional_bytes
-- @config transforms.t0.table.json.payload.empty.array.behavior=optional_string
CREATE TABLE outbox (id uuid primary key, aggregatetype varchar(255) not null, aggregateid varchar(255) not null, type varchar(255) not null, payload jsonb, tenant text, ver int, at timestamp(3));
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000001', 'order', 'o-1', 'OrderCreated', '{"a": 1, "b": [1, 2], "c": {"d": null, "e": "x"}}', 't1', 1, '2020-01-01');
-- @create
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000002', 'order', 'o-2', 'OrderUpdated', '{"a": 2.5, "list": [{"x": 1}, {"x": 2, "y": "s"}], "t": true}', 't2', 2, '2021-01-01');
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000003', 'customer', 'c-1', 'Created', null, null, null, null);
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000004', 'order', 'o-4', 'Bad', '"just text"', null, 3, null);
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000005', 'order', 'o-5', 'Empty', '{"e": [], "n": null, "m": {}}', null, 3, null);
UPDATE outbox SET type = 'Changed' WHERE aggregateid = 'o-1';
DELETE FROM outbox;
