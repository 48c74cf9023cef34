-- the same without schemas
CREATE TABLE t_text (id int primary key, b boolean, bn boolean not null, c5 char(5), c1 char, vc10 varchar(10), vc varchar, t text, bp bpchar, ic "char", nm name, tn text not null);
INSERT INTO t_text VALUES (1, true, false, 'ab', 'x', 'abc', 'abcd', 'hello', 'bp', 'q', 'a_name', 'n');
INSERT INTO t_text VALUES (2, null, true, null, null, null, null, null, null, null, null, '');
INSERT INTO t_text VALUES (3, false, true, 'äö€', '€', 'žluťoučký', '日本語テキスト', '😀 emoji 👩‍👩‍👧 \ back', 'trail   ', '', 'ñame', 'quote " and '' and \n');
INSERT INTO t_text VALUES (4, 't', 'f', '  x  ', ' ', E'\t\n\r', E'\x01\x02\x1f\x7f', E'line1\nline2\ttab\\ \b\f/ </script> &amp; \u2028\u2029 \ufeff', E'a\u0301', 'é', '', E'\u0085\u00a0\U0001F600');
INSERT INTO t_text VALUES (5, 'yes', 'no', '12345', '1', '1234567890', repeat('ab',50), '{\"json\": [1, 2]}', 'null', '0', 'pg_x', 'NULL');
-- @create
INSERT INTO t_text VALUES (11, true, false, 'ab', 'x', 'abc', 'abcd', 'hello', 'bp', 'q', 'a_name', 'n');
INSERT INTO t_text VALUES (12, null, true, null, null, null, null, null, null, null, null, '');
INSERT INTO t_text VALUES (13, false, true, 'äö€', '€', 'žluťoučký', '日本語テキスト', '😀 emoji 👩‍👩‍👧 \ back', 'trail   ', '', 'ñame', 'quote " and '' and \n');
INSERT INTO t_text VALUES (14, 't', 'f', '  x  ', ' ', E'\t\n\r', E'\x01\x02\x1f\x7f', E'line1\nline2\ttab\\ \b\f/ </script> &amp; \u2028\u2029 \ufeff', E'a\u0301', 'é', '', E'\u0085\u00a0\U0001F600');
INSERT INTO t_text VALUES (15, 'yes', 'no', '12345', '1', '1234567890', repeat('ab',50), '{\"json\": [1, 2]}', 'null', '0', 'pg_x', 'NULL');
UPDATE t_text SET t = 'upd', vc = null WHERE id = 13;
DELETE FROM t_text WHERE id = 14;
