"""Every type of MySQL and MariaDB, with the values at its edges: what the snapshot writes of a row
is, byte for byte, what the stream writes of its copy."""

import json

from bed import wait_until

_NUMBERS = [
    ("TINYINT", "-128", "127"),
    ("TINYINT UNSIGNED", "255"),
    ("SMALLINT", "-32768"),
    ("SMALLINT UNSIGNED", "65535"),
    ("MEDIUMINT", "-8388608", "8388607", "-1"),
    ("MEDIUMINT UNSIGNED", "16777215"),
    ("INT NOT NULL DEFAULT -7", "-2147483648", "2147483647"),
    ("INT UNSIGNED", "4294967295"),
    ("BIGINT", "-9223372036854775808", "9223372036854775807"),
    ("BIGINT UNSIGNED", "18446744073709551615"),
    ("BIGINT(40) ZEROFILL", "77"),
    ("FLOAT", "16777217", "0.33333334", "-3.4028234e38", "1.17549435e-38", "1.5e-7", "-0e0"),
    ("FLOAT(7,3)", "1.1", "-9999.999"),
    ("DOUBLE", "0.1", "-1.7976931348623157e308", "5e-324", "1e22", "-0e0"),
    ("DOUBLE(10,4)", "-999999.9999"),
    ("DECIMAL(5,2)", "999.99", "-0.01"),
    ("DECIMAL(19,9)", "-9999999999.999999999"),
    ("DECIMAL(65,30)", "-" + "9" * 35 + "." + "9" * 30, "0." + "0" * 29 + "1"),
    ("DECIMAL(65,0)", "9" * 65),
    ("DECIMAL(4,4)", "-0.9999"),
    ("DECIMAL(10,2) ZEROFILL", "12.34"),
    ("BIT(1)", "b'1'"),
    ("BIT(9)", "b'101101001'"),
    ("BIT(64)", "b'1" + "0" * 62 + "1'"),
    ("YEAR", "1901", "2155", "0"),
]

_TIMES = [("DATE", "'0000-00-00'", "'2024-00-00'", "'0000-05-05'", "'0069-01-01'", "'9999-12-31'",
           "'1000-01-01'"),
          ("DATE NOT NULL DEFAULT '2020-02-29'", "'0000-00-00'")]
for _digits in range(7):
    _TIMES += [
        (f"TIME({_digits})", "'-838:59:59'", "'838:59:59'", "'-00:00:00.5'", "'-00:00:00.000001'",
         "'12:34:56.789123'", "'-12:34:56.999999'", "'24:00:00'"),
        (f"DATETIME({_digits})", "'0000-00-00 00:00:00'", "'9999-12-31 23:59:59'",
         "'1969-12-31 23:59:59.4'", "'2024-01-00 10:00:00'", "'2024-02-29 12:34:56.789123'"),
        (f"TIMESTAMP({_digits}) NULL", "'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'",
         "'2038-01-19 03:14:07'", "'2024-02-29 12:34:56.789123'"),
    ]

_TEXTS = [
    ("CHAR(10)", "'abc  '", "'zß水😀'", "''", "'  x'"),
    ("VARCHAR(50)", "'a  '", r"'\'\"\\ \n\0'"),
    ("VARCHAR(20) CHARACTER SET latin1", "'Ünïcödé€ÿ'", "x'818d8f909d'"),
    ("CHAR(6) CHARACTER SET ucs2", "'zß  '"),
    ("VARCHAR(20) CHARACTER SET utf16", "'zß😀'"),
    ("VARCHAR(20) CHARACTER SET utf16le", "'zß😀'"),
    ("VARCHAR(20) CHARACTER SET utf32", "'zß😀'"),
    ("VARCHAR(20) CHARACTER SET koi8u", "'Їжак'"),
    ("VARCHAR(20) CHARACTER SET sjis", r"'日本\\〜−'"),
    ("VARCHAR(20) CHARACTER SET ujis", "'日本〜−'"),
    ("VARCHAR(20) CHARACTER SET gbk", "'中文'"),
    ("VARCHAR(20) CHARACTER SET big5", "'中文'"),
    ("VARCHAR(20) CHARACTER SET euckr", "'한국'"),
    ("VARCHAR(20) CHARACTER SET swe7", "'Åäö'"),
    ("VARCHAR(20) CHARACTER SET keybcs2", "'Příliš'"),
    ("TEXT", "REPEAT('é', 1000)"),
    ("TINYTEXT CHARACTER SET cp1251", "'Привет'"),
    ("LONGTEXT", "''"),
    ("BINARY(5)", "x'0102'", "x'FFFEFD0000'", "''"),
    ("VARBINARY(9)", "x'2000'", "''"),
    ("BLOB", "x'deadbeef'", "''"),
    ("LONGBLOB", "x'00'"),
    (r"ENUM('a','it''s','x,y','b\\c','q?')", "'it''s'", "'x,y'", r"'b\\c'", "'zzz'", "'q?'"),
    ("ENUM(" + ",".join(f"'m{i}'" for i in range(300)) + ")", "'m299'", "'m0'"),
    ("SET('r','g','ä','?')", "'r,ä'", "''", "'?,r'"),
    ("SET(" + ",".join(f"'s{i}'" for i in range(64)) + ")", "'s63,s0'"),
    ("GEOMETRY", "ST_GeomFromText('LINESTRING(0 0,1 1)')"),
    ("POINT", "ST_GeomFromText('POINT(1.5 -2.25)')"),
    ("GEOMETRYCOLLECTION", "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))')"),
]

_OWN = {
    "mysql": [
        ("GEOMETRY", "ST_GeomFromText('POINT(1 2)', 4326)"),
        ("JSON",
         """'{"a": 1, "b": [1, 2.5, "x", true, false, null, {}, []], "\\\\u001f": "\\\\\\\\/"}'""",
         "'[1e10, 1e-7, 1.0, 0.1, 123456789012345678901234567890, 3.0e100, -0.0, 12345678.9]'",
         "'[65535, 65536, -32769, 2147483648, 18446744073709551615, -9223372036854775808]'",
         "JSON_ARRAY(CAST(1.50 AS DECIMAL(10,2)), CAST(-99999999999999999999.1 AS DECIMAL(40,9)))",
         "JSON_OBJECT('d', CAST('2024-02-29' AS DATE), 't', CAST('-12:34:56.5' AS TIME(1)),"
         " 'ts', TIMESTAMP('2001-02-03 04:05:06'), 'b', x'cafebabe', 's', '10:00:00.000000')",
         "JSON_ARRAY(REPEAT('x', 70000), 1, 100000)", "'null'"),
        ("VECTOR(3)", "STRING_TO_VECTOR('[1,-2.5,1e-10]')"),
    ],
    "mariadb": [
        ("JSON", """'{"a": 1e10, "b": [1, 2.50]}'"""),
        ("UUID", "'00000000-0000-0000-0000-000000000001'",
         "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
         "'01890a5d-ac96-774b-bcce-b302099a8057'", "'550e8400-e29b-41d4-a716-446655440000'"),
        ("INET4", "'1.2.3.4'", "'10.0.0.0'", "'0.0.0.0'"),
        ("INET6", "'::1'", "'2001:db8::'", "'::ffff:1.2.3.4'", "'::'"),
        ("VARCHAR(500) COMPRESSED", "REPEAT('abc', 100)", "'a'"),
        ("BLOB COMPRESSED", "REPEAT(x'00ff', 100)"),
    ],
}


def _fill(db, types):
    """A table with a column of each type, and as many rows as the longest list of values."""
    columns = ", ".join(f"c{n} {kind[0]}" for n, kind in enumerate(types))
    rows = max(len(kind) for kind in types) - 1
    db.sql(f"CREATE TABLE t (id int PRIMARY KEY, {columns})")
    with db.server.connect(db.name) as connection, connection.cursor() as cursor:
        cursor.execute("SET sql_mode = '', time_zone = '+00:00'")
        for row in range(rows):
            values = ", ".join(
                kind[row + 1] if row + 1 < len(kind) else
                "DEFAULT" if "NOT NULL" in kind[0] else "NULL" for kind in types)
            cursor.execute(f"INSERT INTO t VALUES ({row}, {values})")
    return rows


def _afters(records):
    """The rows by id, their numbers as they are written."""
    rows = [json.loads(r.value, parse_float=str, parse_int=str)["after"] for r in records]
    return {int(row.pop("id")): row for row in rows}


def _check(tailrace, topics, db, types, **settings):
    rows = _fill(db, types)
    names = ", ".join(f"c{n}" for n in range(len(types)))
    with tailrace(**settings) as engine:
        engine.wait_streaming()
        with db.server.connect(db.name) as connection, connection.cursor() as cursor:
            cursor.execute("SET sql_mode = '', time_zone = '+00:00'")
            cursor.execute(f"INSERT INTO t (id, {names}) SELECT id + 100, {names} FROM t")
        wait_until(lambda: len(topics.records(f"{db.name}.t")) >= 2 * rows, what="the copies")
        after = _afters(topics.records(f"{db.name}.t"))
    assert len(after) == 2 * rows
    for row in range(rows):
        for column, value in after[row].items():
            kind = types[int(column[1:])][0]
            assert value == after[row + 100][column], f"{kind}, row {row}"


def test_numbers(tailrace, topics, binlog_db):
    _check(tailrace, topics, binlog_db, _NUMBERS)


def test_times(tailrace, topics, binlog_db):
    _check(tailrace, topics, binlog_db, _TIMES)


def test_texts(tailrace, topics, binlog_db):
    _check(tailrace, topics, binlog_db, _TEXTS)


def test_types_of_one_server(tailrace, topics, binlog_db):
    _check(tailrace, topics, binlog_db, _OWN[binlog_db.server.kind])
