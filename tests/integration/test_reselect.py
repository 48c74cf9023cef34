"""ReselectColumnsPostProcessor: what the log leaves out, or has null, comes from the table, as it
is there by then."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from views import error_of

from bed import Postgres, Tailrace, connector, wait_until, worker

_RESELECT = {
    "post_processors": "r",
    "post_processors_r_type": "io.debezium.processors.reselect.ReselectColumnsPostProcessor",
}
_MARK = "__debezium_unavailable_value"
_BIG = "ab" * 1200

_TABLE = f"""
    CREATE TABLE t (id int PRIMARY KEY, n int, t text, u text, v text DEFAULT 'd');
    ALTER TABLE t ALTER COLUMN t SET STORAGE EXTERNAL, ALTER COLUMN u SET STORAGE EXTERNAL;
    INSERT INTO t VALUES (1, 1, '{_BIG}', '{_BIG}', NULL), (2, 2, '{_BIG}', '{_BIG}', NULL)"""


def _rows(topics, table, count):
    return [row for op, _, row in topics.ops(table, count) if op != "r"]


def test_the_row_as_it_is_now(tailrace, topics, db):
    """Masks stay; a null that stands for a default is none; a row that is gone is told of."""
    db.sql(_TABLE)
    with tailrace(column_mask_with_3_chars="public.t.u", **_RESELECT) as engine:
        engine.wait_streaming()
        engine.stop()
        db.sql("UPDATE t SET n = 10 WHERE id = 1")
        db.sql("INSERT INTO t VALUES (3, NULL, NULL, NULL, NULL)")
        db.sql("UPDATE t SET n = 20 WHERE id = 2")
        db.sql("UPDATE t SET t = 'newer', n = 11 WHERE id = 1; UPDATE t SET n = 3 WHERE id = 3;"
               "DELETE FROM t WHERE id = 2")
        engine.start()
        rows = _rows(topics, "public[.]t", 9)
        assert rows[0] == {"id": 1, "n": 10, "t": "newer", "u": "***", "v": "d"}
        assert rows[1] == {"id": 3, "n": 3, "t": None, "u": "***", "v": "d"}
        assert rows[2] == {"id": 2, "n": 20, "t": _MARK, "u": "***", "v": "d"}
        assert rows[3]["t"] == "newer"
        engine.wait_log("could not be reselected.*public.t.*not there any more")


def test_a_row_that_is_gone_stops_it(tailrace, topics, db, fails):
    db.sql(_TABLE)
    mode = {"post_processors_r_reselect_error_handling_mode": "FAIL"}
    with tailrace(**_RESELECT, **mode) as engine:
        engine.wait_streaming()
        engine.stop()
        db.sql("UPDATE t SET n = 10 WHERE id = 1")
        db.sql("DELETE FROM t WHERE id = 1")
        engine.start()
        engine.wait_state("FAILED")
        error = error_of(engine.log)
        assert "post processor r" in error and "not there any more" in error
        assert "reselect.error.handling.mode=WARN" in error and "table public.t" in error
        assert engine.wait() == 1
    assert len(topics.records("public[.]t")) == 2


def test_what_the_server_refuses(tailrace, topics, db):
    """A table without a primary key, and one that has another name by now."""
    db.sql(_TABLE + "; CREATE TABLE k (a int NOT NULL, b text)")
    keys = {"message_key_columns": "public.k:a"}
    with tailrace(**_RESELECT, **keys) as engine:
        engine.wait_streaming()
        engine.stop()
        db.sql("UPDATE t SET n = 10 WHERE id = 1; INSERT INTO k VALUES (1, NULL);"
               "ALTER TABLE t RENAME TO t_before")
        engine.start()
        assert _rows(topics, "public[.]t", 3)[0]["t"] == _MARK
        assert _rows(topics, "public[.]k", 1) == [{"a": 1, "b": None}]
        engine.wait_log("could not be reselected.*public.t.*does not exist")


@pytest.mark.parametrize("event_key", [False, True])
def test_keys(tailrace, topics, db, event_key):
    """Columns of all kinds find the row, and only columns that were asked for are read."""
    db.sql(f"""
        CREATE TYPE mood AS ENUM ('o''k', 'sad'); CREATE DOMAIN positive AS int CHECK (value > 0);
        CREATE TABLE k (a positive, b uuid, c numeric, d timestamptz, e mood, f text, g bytea,
                        h char(5), i int[], j interval, n int, t text, u text,
                        PRIMARY KEY (a, b, c, d, e, f, g, h, i, j));
        ALTER TABLE k ALTER COLUMN t SET STORAGE EXTERNAL, ALTER COLUMN u SET STORAGE EXTERNAL;
        INSERT INTO k VALUES (1, '00000000-0000-0000-0000-00000000000a', 1.50, '2024-02-29 1:2:3+1',
            'o''k', E'a''b"\\\\c $1', '\\x00ff', 'x', '{{1,2}}', '1 mon 2 days', 1, '{_BIG}',
            '{_BIG}')""")
    options = {
        "post_processors_r_reselect_columns_include_list": r"public\.k:t,public.x:.*",
        "post_processors_r_reselect_null_values": "false",
    }
    if event_key:
        options["post_processors_r_reselect_use_event_key"] = "true"
        options["message_key_columns"] = "public.k:a,f"
    with tailrace(**_RESELECT, **options) as engine:
        engine.wait_streaming()
        db.sql("UPDATE k SET n = 2")
        row, = _rows(topics, "public[.]k", 2)
        assert (row["n"], row["t"], row["u"]) == (2, _BIG, _MARK)


def test_a_lost_session(tailrace, topics, db):
    """The session that was ended is opened again, and no value is lost by that."""
    db.sql(_TABLE)
    with tailrace(**_RESELECT) as engine:
        engine.wait_streaming()
        db.sql("UPDATE t SET n = 10 WHERE id = 1")
        assert _rows(topics, "public[.]t", 3)[0]["t"] == _BIG
        db.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE"
               f" 'SELECT \"t\"%' AND datname = '{db.name}' AND pid <> pg_backend_pid()")
        db.sql("UPDATE t SET n = 11 WHERE id = 1")
        assert _rows(topics, "public[.]t", 4)[1]["t"] == _BIG


def test_a_commit_that_nobody_sees_yet(kafka, name):
    """It is in the log, and waits for a standby: the row is not read as it was before."""
    waiting = {"synchronous_standby_names": "nobody", "synchronous_commit": "local"}
    with Postgres(**waiting) as server, server.database("d") as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'before')")
        options = {"publication_autocreate_mode": "filtered", **_RESELECT}
        with Tailrace(connector(db, name=name, **options),
                      worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            with closing(db.connect(autocommit=False)) as session, session.cursor() as cursor, \
                    ThreadPoolExecutor() as pool:
                cursor.execute("SET synchronous_commit = on; UPDATE t SET v = NULL")
                commit = pool.submit(session.commit)
                try:
                    asked = (f"application_name = 'tailrace-{name}'"
                             " AND query LIKE '%txid_visible%'")
                    wait_until(lambda: db.value("SELECT count(*) FROM pg_stat_activity"
                                                f" WHERE {asked}"))
                finally:
                    release = ("SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                               " WHERE wait_event = 'SyncRep'")
                    wait_until(lambda: server.sql("postgres", release) or commit.done())
                commit.result()
            records = kafka.consume(f"{name}[.]public[.]t", 2)
            assert records[1].json["after"] == {"id": 1, "v": None}


_KEYS = [
    ("tinyint", "-128"), ("bigint unsigned", "18446744073709551615"), ("mediumint", "-7"),
    ("decimal(5,2)", "-0.01"), ("double", "0.1"), ("float", "0.33333334"), ("bit(9)", "b'101'"),
    ("year", "2155"), ("date", "'2024-02-29'"), ("date", "'0000-00-00'"),
    ("time(6)", "'-838:59:58.000001'"), ("datetime(6)", "'2024-02-29 12:34:56.789123'"),
    ("timestamp(3)", "'2024-02-29 12:34:56.789'"), ("char(10)", "'zß '"),
    ("varchar(20) character set latin1", "'Ünï€'"), ("varchar(20) character set utf16", "'zß😀'"),
    ("varchar(20)", r"'it''s \\ %'"), ("varchar(5)", "''"), ("binary(5)", "x'0102'"),
    ("varbinary(9)", "x'2000'"), ("enum('a','b')", "'b'"), ("set('a','b','c')", "'a,c'"),
]
_MARIADBS_KEYS = [("uuid", "'123e4567-e89b-12d3-a456-426655440000'"), ("inet6", "'2001:db8::ff'"),
                  ("inet4", "'10.0.0.1'")]


def test_mysql(tailrace, topics, binlog_db):
    """Keys of all types find the row; what a partial image leaves out is read, in its charset."""
    keys = _KEYS + (_MARIADBS_KEYS if binlog_db.server.kind == "mariadb" else [])
    tables = [keys[i:i + 9] for i in range(0, len(keys), 9)]
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, n int, t text character set latin1,"
                  " d datetime(3)); INSERT INTO t VALUES (1, 1, 'Ünï€', NULL)")
    for i, table in enumerate(tables):
        columns = ", ".join(f"k{j} {kind}" for j, (kind, _) in enumerate(table))
        names = ", ".join(f"k{j}" for j in range(len(table)))
        binlog_db.sql(f"CREATE TABLE k{i} ({columns}, v json, PRIMARY KEY ({names}))")
    with tailrace(snapshot_mode="no_data", **_RESELECT) as engine:
        engine.wait_streaming()
        engine.stop()
        with binlog_db.server.connect(binlog_db.name) as session, session.cursor() as cursor:
            cursor.execute("SET SESSION sql_mode = '', time_zone = '+02:00'")
            for i, table in enumerate(tables):
                values = ", ".join(value for _, value in table)
                cursor.execute(f"INSERT INTO k{i} VALUES ({values}, NULL)")
                cursor.execute(f"UPDATE k{i} SET v = '{{\"a\": {i}}}'")
            cursor.execute("SET SESSION binlog_row_image = NOBLOB")
            cursor.execute("UPDATE t SET n = 2")
            cursor.execute("SET SESSION binlog_row_image = FULL")
            cursor.execute("UPDATE t SET d = '2024-02-29 12:34:56.7'")
        engine.start()
        records = topics.records(rf"{binlog_db.name}[.](k\d|t)", 2 * len(tables) + 2)
    created = {r.topic[-2:]: r.json["after"]["v"] for r in records if r.json["op"] == "c"}
    for i, table in enumerate(tables):
        assert (created[f"k{i}"] or "").replace(" ", "") == f'{{"a":{i}}}', (table, engine.log)
    row = next(r.json["after"] for r in records if r.topic.endswith(".t"))
    assert row == {"id": 1, "n": 2, "t": "Ünï€", "d": 1709210096700}


def test_mysql_rows_that_are_gone(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE u LIKE t")
    with tailrace(snapshot_mode="no_data", **_RESELECT) as engine:
        engine.wait_streaming()
        engine.stop()
        binlog_db.sql("INSERT INTO t VALUES (1, NULL); INSERT INTO u VALUES (1, NULL);"
                      "DELETE FROM t; DROP TABLE u")
        engine.start()
        assert topics.ops(rf"{binlog_db.name}[.]t", 3)[0][2] == {"id": 1, "v": None}
        assert topics.ops(rf"{binlog_db.name}[.]u", 1)[0][2] == {"id": 1, "v": None}
        engine.wait_log("could not be reselected.*[.]t .*not there any more")
