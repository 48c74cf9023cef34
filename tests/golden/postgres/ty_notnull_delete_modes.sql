-- the same with isostring/string/map modes
-- @config time.precision.mode=isostring
-- @config decimal.handling.mode=string
-- @config interval.handling.mode=string
-- @config binary.handling.mode=base64
CREATE TABLE nn (id int primary key, a smallint not null, b bigint not null, c real not null, d double precision not null, e numeric(6,2) not null, f numeric not null, g text not null, h boolean not null, i date not null, j time not null, k timestamp not null, l timestamptz not null, m uuid not null, n jsonb not null, o bytea not null, p interval not null, q int[] not null, r inet not null, s point not null, t bit(3) not null, u timetz not null, v money not null, w xml not null, x int4range not null, y text[] not null);
INSERT INTO nn VALUES (1, 1, 2, 3, 4, 5, 6, '7', true, '2020-01-01', '01:00', '2020-01-01', '2020-01-01', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1', '\x01', '1 day', '{1}', '10.0.0.1', '(1,1)', B'101', '01:00+01', '1', '<a/>', '[1,2)', '{a}');
-- @create
UPDATE nn SET a = 2 WHERE id = 1;
UPDATE nn SET id = 5 WHERE id = 1;
DELETE FROM nn WHERE id = 5;
