-- column defaults of 70 kinds in the schema, default row values, explicit null over default, delete with NOT NULL columns
-- @config key.converter.schemas.enable=true
-- @config value.converter.schemas.enable=true
CREATE TYPE mood AS ENUM ('sad','ok');
CREATE SEQUENCE sq1;
CREATE TABLE t_def (id int primary key,
 i1 int default 42, i2 int default -7, i3 int not null default 0, s1 smallint default 3, b1 bigint default 9223372036854775807, b2 bigint not null default (1+2),
 r real default 1.5, d double precision default -2.5e10, dn double precision default 'NaN', n numeric(8,2) default 12.5, n2 numeric default 1.234, n3 numeric(8,2) not null default 100, n4 numeric default 'NaN',
 t1 text default 'abc', t2 text default 'it''s "q" \ ü', t3 varchar(10) default 'vc'::varchar, t4 text not null default '', t5 char(5) default 'ab', t6 text default null, t7 text default 'a' || 'b', t8 text default current_user, t9 varchar(20) default E'esc\n',
 bo boolean default true, bo2 boolean not null default false, bt bit default B'1', bt2 bit(4) default B'1010', vb varbit(6) default B'110',
 da date default '2020-02-29', da2 date default current_date, da3 date not null default '-infinity', ti time default '12:34:56.789', ti3 time(3) default '12:34:56.789', tz timetz default '12:34:56+02',
 ts timestamp default '2020-02-29 12:34:56.123456', ts3 timestamp(3) default '2020-02-29 12:34:56.123', ts2 timestamp default now(), ts4 timestamp not null default now(), ts5 timestamp default 'infinity', tt timestamptz default '2020-02-29 12:34:56+02', tt2 timestamptz not null default now(), tt3 timestamptz default current_timestamp,
 iv interval default '1 day', ivn interval not null default '2 hours', u uuid default 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', u2 uuid default gen_random_uuid(), u3 uuid not null default gen_random_uuid(), j json default '{"a":1}', jb jsonb default '{"a": 1}', jb2 jsonb not null default '{}',
 by bytea default '\xdead', e mood default 'ok', e2 mood not null default 'sad', a int[] default '{1,2}', a2 text[] default array['x','y'], a3 text[] not null default '{}', inn inet default '10.0.0.1', m money default '5.50', x xml default '<a/>', o oid default 7, p point default '(1,2)', ir int4range default '[1,2)',
 sq int default nextval('sq1'), fn int default abs(-5), ct text default (1)::text, nn int default NULL::int, la text default lower('ABC'));
INSERT INTO t_def(id, da2, ts2, ts4, tt2, tt3, u2, u3) VALUES (1, '2021-01-01', '2021-01-01', '2021-01-01', '2021-01-01', '2021-01-01', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12');
-- @create
INSERT INTO t_def(id, da2, ts2, ts4, tt2, tt3, u2, u3) VALUES (2, '2021-01-01', '2021-01-01', '2021-01-01', '2021-01-01', '2021-01-01', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12');
UPDATE t_def SET i1 = null, t1 = null, n = null, bo = null WHERE id = 2;
DELETE FROM t_def WHERE id = 1;
