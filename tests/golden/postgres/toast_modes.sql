-- TOAST placeholders with hstore map, binary base64, decimal string, isostring, own placeholder
-- @config hstore.handling.mode=map
-- @config binary.handling.mode=base64
-- @config decimal.handling.mode=string
-- @config time.precision.mode=isostring
-- @config unavailable.value.placeholder=<<absent>>
CREATE EXTENSION hstore; CREATE EXTENSION citext;
CREATE TABLE toast_d (id int primary key, n int, filler text, t text, tn text not null, vc varchar(4000), b bytea, j jsonb, js json, x xml, ct citext, ta text[], ia int[], la bigint[], h hstore, ua uuid[], nu numeric, tsv tsvector, da date[], va varchar[], tsa timestamp[], fa float8[]);
ALTER TABLE toast_d ALTER COLUMN t SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN tn SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN vc SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN b SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN j SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN js SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN x SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN ct SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN ta SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN ia SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN la SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN h SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN ua SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN tsv SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN da SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN va SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN tsa SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN fa SET STORAGE EXTERNAL;
ALTER TABLE toast_d ALTER COLUMN filler SET STORAGE PLAIN; ALTER TABLE toast_d SET (toast_tuple_target = 128);
CREATE TABLE toast_f (LIKE toast_d INCLUDING ALL); ALTER TABLE toast_f REPLICA IDENTITY FULL;
CREATE TABLE toast_i (LIKE toast_d INCLUDING ALL); CREATE UNIQUE INDEX ti ON toast_i (tn); ALTER TABLE toast_i REPLICA IDENTITY USING INDEX ti;
ALTER TABLE toast_d SET (toast_tuple_target = 128);
ALTER TABLE toast_f SET (toast_tuple_target = 128);
INSERT INTO toast_d SELECT 1, 1, repeat('f', 1500), repeat('ab', 80), repeat('ab', 80), repeat('ab', 80), decode(repeat('00ff',80),'hex'), jsonb_build_object('k', repeat('ab', 80)), ('{"k":"' || repeat('ab', 80) || '"}')::json, ('<a>' || repeat('ab', 80) || '</a>')::xml, repeat('ab', 80), array[repeat('ab', 80), null, 'x'], (select array_agg(g) from generate_series(1,40) g), (select array_agg(g::bigint) from generate_series(1,20) g), hstore('k', repeat('ab', 80)), array_fill('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, array[10]), repeat('12345',40)::numeric, to_tsvector('simple', (select string_agg('w' || g, ' ') from generate_series(1,20) g)), array_fill('2020-01-01'::date, array[40]), array[repeat('ab', 80)]::varchar[], array_fill('2020-01-01'::timestamp, array[20]), array_fill(1.5::float8, array[20]);
INSERT INTO toast_f SELECT 1, 1, repeat('f', 1500), repeat('ab', 80), repeat('ab', 80), repeat('ab', 80), decode(repeat('00ff',80),'hex'), jsonb_build_object('k', repeat('ab', 80)), ('{"k":"' || repeat('ab', 80) || '"}')::json, ('<a>' || repeat('ab', 80) || '</a>')::xml, repeat('ab', 80), array[repeat('ab', 80), null, 'x'], (select array_agg(g) from generate_series(1,40) g), (select array_agg(g::bigint) from generate_series(1,20) g), hstore('k', repeat('ab', 80)), array_fill('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, array[10]), repeat('12345',40)::numeric, to_tsvector('simple', (select string_agg('w' || g, ' ') from generate_series(1,20) g)), array_fill('2020-01-01'::date, array[40]), array[repeat('ab', 80)]::varchar[], array_fill('2020-01-01'::timestamp, array[20]), array_fill(1.5::float8, array[20]);
INSERT INTO toast_i SELECT 1, 1, repeat('f', 1500), repeat('ab', 80), repeat('ab', 80), repeat('ab', 80), decode(repeat('00ff',80),'hex'), jsonb_build_object('k', repeat('ab', 80)), ('{"k":"' || repeat('ab', 80) || '"}')::json, ('<a>' || repeat('ab', 80) || '</a>')::xml, repeat('ab', 80), array[repeat('ab', 80), null, 'x'], (select array_agg(g) from generate_series(1,40) g), (select array_agg(g::bigint) from generate_series(1,20) g), hstore('k', repeat('ab', 80)), array_fill('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, array[10]), repeat('12345',40)::numeric, to_tsvector('simple', (select string_agg('w' || g, ' ') from generate_series(1,20) g)), array_fill('2020-01-01'::date, array[40]), array[repeat('ab', 80)]::varchar[], array_fill('2020-01-01'::timestamp, array[20]), array_fill(1.5::float8, array[20]);
-- @create
INSERT INTO toast_d SELECT 2, 1, repeat('f', 1500), repeat('ab', 80), repeat('ab', 80), repeat('ab', 80), decode(repeat('00ff',80),'hex'), jsonb_build_object('k', repeat('ab', 80)), ('{"k":"' || repeat('ab', 80) || '"}')::json, ('<a>' || repeat('ab', 80) || '</a>')::xml, repeat('ab', 80), array[repeat('ab', 80), null, 'x'], (select array_agg(g) from generate_series(1,40) g), (select array_agg(g::bigint) from generate_series(1,20) g), hstore('k', repeat('ab', 80)), array_fill('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, array[10]), repeat('12345',40)::numeric, to_tsvector('simple', (select string_agg('w' || g, ' ') from generate_series(1,20) g)), array_fill('2020-01-01'::date, array[40]), array[repeat('ab', 80)]::varchar[], array_fill('2020-01-01'::timestamp, array[20]), array_fill(1.5::float8, array[20]);
UPDATE toast_d SET n = 2 WHERE id = 2;
UPDATE toast_d SET n = 3, t = 'short' WHERE id = 1;
UPDATE toast_d SET id = 20 WHERE id = 2;
DELETE FROM toast_d WHERE id = 20;
INSERT INTO toast_f SELECT 2, 1, repeat('f', 1500), repeat('ab', 80), repeat('ab', 80), repeat('ab', 80), decode(repeat('00ff',80),'hex'), jsonb_build_object('k', repeat('ab', 80)), ('{"k":"' || repeat('ab', 80) || '"}')::json, ('<a>' || repeat('ab', 80) || '</a>')::xml, repeat('ab', 80), array[repeat('ab', 80), null, 'x'], (select array_agg(g) from generate_series(1,40) g), (select array_agg(g::bigint) from generate_series(1,20) g), hstore('k', repeat('ab', 80)), array_fill('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, array[10]), repeat('12345',40)::numeric, to_tsvector('simple', (select string_agg('w' || g, ' ') from generate_series(1,20) g)), array_fill('2020-01-01'::date, array[40]), array[repeat('ab', 80)]::varchar[], array_fill('2020-01-01'::timestamp, array[20]), array_fill(1.5::float8, array[20]);
UPDATE toast_f SET n = 2 WHERE id = 2;
UPDATE toast_f SET n = 3, t = 'short' WHERE id = 1;
UPDATE toast_f SET id = 20 WHERE id = 2;
DELETE FROM toast_f WHERE id = 20;
INSERT INTO toast_i SELECT 2, 1, repeat('f', 1500), repeat('ab', 80), repeat('cd', 80), repeat('ab', 80), decode(repeat('00ff',80),'hex'), jsonb_build_object('k', repeat('ab', 80)), ('{"k":"' || repeat('ab', 80) || '"}')::json, ('<a>' || repeat('ab', 80) || '</a>')::xml, repeat('ab', 80), array[repeat('ab', 80), null, 'x'], (select array_agg(g) from generate_series(1,40) g), (select array_agg(g::bigint) from generate_series(1,20) g), hstore('k', repeat('ab', 80)), array_fill('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, array[10]), repeat('12345',40)::numeric, to_tsvector('simple', (select string_agg('w' || g, ' ') from generate_series(1,20) g)), array_fill('2020-01-01'::date, array[40]), array[repeat('ab', 80)]::varchar[], array_fill('2020-01-01'::timestamp, array[20]), array_fill(1.5::float8, array[20]);
UPDATE toast_i SET n = 5 WHERE id = 1;
