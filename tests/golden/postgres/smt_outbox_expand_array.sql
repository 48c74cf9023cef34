-- a JSON array as expanded payload: the task fails
-- @config transforms=t0
-- @config transforms.t0.type=io.debezium.transforms.outbox.EventRouter
-- @config transforms.t0.route.topic.replacement=${NAME}.out.${routedByValue}
-- @config transforms.t0.table.field.event.id=event_id
-- @config transforms.t0.table.field.event.key=entity
-- @config transforms.t0.table.field.event.type=kind
-- @config transforms.t0.table.field.event.payload=body
-- @config transforms.t0.route.by.field=topic
-- @config transforms.t0.table.expand.json.payload=true
CREATE TABLE events (event_id bigint primary key, topic text not null, entity text, kind text, body text, created bigint); INSERT INTO events VALUES (1, 'users', 'u1', 'Made', '{"k": 1}', 1600000000000);
-- @create
INSERT INTO events VALUES (2, 'users', 'u2', 'Changed', 'not json', 1600000000001); INSERT INTO events VALUES (3, 'items', null, 'Gone', null, 1600000000002); INSERT INTO events VALUES (4, 'items', 'i', 'X', '[1,2]', 5); DELETE FROM events WHERE event_id = 1;
