-- placement partition
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.outbox.EventRouter
-- @config transforms.t0.route.topic.replacement=${NAME}.out.${routedByValue}
-- @config transforms.t0.table.fields.additional.placement=ver:partition
-- @config topic.creation.default.partitions=4
-- @config topic.creation.default.replication.factor=1
CREATE TABLE outbox (id uuid primary key, aggregatetype varchar(255) not null, aggregateid varchar(255) not null, type varchar(255) not null, payload jsonb, tenant text, ver int, at timestamp(3));
INSERT INTO outbox VALUES ('00000000-0000-0000-0000-000000000001', 'order', 'o-1', 'OrderCreated', '{"a": 1, "b": [1, 2], "c": {"d": null, "e": "x"}}', 't1', 1, '2020-01-01');
-- @create
INSERT INTO outbox SELECT ('00000000-0000-0000-0000-0000000000' || (10 + g))::uuid, 'order', 'p-' || g, 'T', '{}', 'x', g % 4, null FROM generate_series(1, 6) g;
