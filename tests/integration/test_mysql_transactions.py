"""What groups of events the log can have, and what becomes of them."""

import re
import zlib

import pytest
from views import Topics, error_of

from bed import Mariadb, Mysql, Tailrace, connector, wait_until, worker

_TABLE = "CREATE TABLE t (id int PRIMARY KEY, v varchar(100))"


def _ids(topics, db, count):
    return [key["id"] for _, key, _ in topics.ops(f"{db.name}[.]t", count)]


def test_xa(tailrace, topics, binlog_db):
    """Rows come when it is decided, in the order of the decisions, and only if it is a commit."""
    binlog_db.sql(_TABLE)
    names = [f"{binlog_db.name[-30:]}_{i}" for i in range(4)]
    with tailrace() as engine:
        engine.wait_streaming()
        for i, xid in enumerate(names):
            binlog_db.sql(f"XA START '{xid}'; INSERT INTO t VALUES ({i}, 'xa');"
                          f"XA END '{xid}'; XA PREPARE '{xid}'")
        binlog_db.sql("INSERT INTO t VALUES (10, 'between')")
        binlog_db.sql(f"XA COMMIT '{names[1]}'; XA ROLLBACK '{names[0]}'")
        assert _ids(topics, binlog_db, 2) == [10, 1]
        engine.stop()
        binlog_db.sql(f"XA COMMIT '{names[2]}'")
        engine.start()
        engine.wait_streaming()
        binlog_db.sql(f"XA ROLLBACK '{names[3]}'; XA START 'one'; INSERT INTO t VALUES (11, '');"
                      "XA END 'one'; XA COMMIT 'one' ONE PHASE; INSERT INTO t VALUES (12, 'end')")
        assert _ids(topics, binlog_db, 5) == [10, 1, 2, 11, 12]
        engine.stop()
        assert len(topics.records(f"{binlog_db.name}[.]t")) == 5


def test_a_large_xa_transaction(tailrace, topics, binlog_db):
    """Many batches, read again from the log."""
    binlog_db.sql(_TABLE + "; CREATE TABLE d (i int); INSERT INTO d VALUES (0), (1), (2), (3), (4),"
                  " (5), (6), (7), (8), (9)")
    with tailrace(table_include_list=rf"{binlog_db.name}\.t") as engine:
        engine.wait_streaming()
        xid = binlog_db.name[-30:]
        binlog_db.sql(f"XA START '{xid}'; INSERT INTO t SELECT a.i + 10 * b.i + 100 * c.i"
                      " + 1000 * e.i, repeat('x', 90) FROM d a, d b, d c, d e;"
                      f"XA END '{xid}'; XA PREPARE '{xid}'; XA COMMIT '{xid}'")
        assert sorted(_ids(topics, binlog_db, 10_000)) == list(range(10_000))


def test_savepoints(tailrace, topics, binlog_db):
    binlog_db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        binlog_db.sql("BEGIN; INSERT INTO t VALUES (1, ''); SAVEPOINT a; INSERT INTO t VALUES"
                      " (2, ''); ROLLBACK TO a; INSERT INTO t VALUES (3, ''); COMMIT;"
                      "BEGIN; INSERT INTO t VALUES (4, ''); ROLLBACK; INSERT INTO t VALUES (5, '')")
        assert _ids(topics, binlog_db, 3) == [1, 3, 5]


@pytest.mark.parametrize("kind", [Mysql, Mariadb])
def test_a_statement_in_place_of_rows(kafka, name, kind):
    """A server of its own: whoever reads a log with such a statement in it stops. What
    pt-table-checksum writes can be passed over."""
    with kind() as server, server.database(name) as db:
        db.sql(_TABLE + "; CREATE TABLE sums LIKE t")
        config = connector(db, table_include_list=rf"{name}\.t",
                           skipped_statement_tables=rf"{name}\.sums")
        with Tailrace(config, worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            with server.connect(name) as session, session.cursor() as cursor:
                cursor.execute("SET SESSION binlog_format = STATEMENT")
                cursor.execute("REPLACE INTO sums SELECT 1, count(*) FROM t")
                cursor.execute("BEGIN; UPDATE sums SET v = 'x'; DELETE FROM sums; COMMIT")
                db.sql("INSERT INTO t VALUES (1, 'a row')")
                (record,) = kafka.consume(rf"{name}[.]{name}[.]t", 1)
                assert record.key_json["id"] == 1
                assert len(re.findall("statements in place of rows", engine.log)) == 1
                cursor.execute("DELETE sums FROM t AS sums")
            assert engine.wait() == 1
            assert "DELETE sums" in error_of(engine.log)
        error = _stopped_by("UPDATE t SET v = 'a secret'", db, kafka)
        assert "binlog_format=ROW" in error and "a secret" not in error
        if kind is Mysql:
            _other_databases(db, kafka)


def _stopped_by(statement, db, kafka):
    """The error of a connector that begins just before it."""
    config = connector(db, f"{db.name}_{zlib.crc32(statement.encode())}", snapshot_mode="no_data",
                       table_include_list=rf"{db.name}\.t")
    with Tailrace(config, worker=worker(kafka, group=db.name)) as engine:
        engine.wait_streaming()
        db.sql(f"SET SESSION binlog_format = STATEMENT; {statement}")
        assert engine.wait() == 1
        return error_of(engine.log)


def _other_databases(db, kafka):
    """MySQL's log tells which databases a statement may have written to: a trigger's and a
    function's are among them; of foreign keys it only tells that there are some."""
    other, far = f"{db.name}_other", f"{db.name}_far"
    db.server.sql(None, f"CREATE DATABASE {other}; CREATE DATABASE {far};"
                  "SET GLOBAL log_bin_trust_function_creators = ON")
    db.sql(f"CREATE TABLE {other}.sums LIKE t; CREATE TABLE {other}.quiet LIKE t;"
           f"CREATE TABLE {other}.parent (id int PRIMARY KEY);"
           f"INSERT INTO {other}.parent VALUES (1);"
           f"CREATE TABLE {far}.child (id int, FOREIGN KEY (id) REFERENCES {other}.parent (id)"
           " ON DELETE CASCADE);"
           f"CREATE TRIGGER {other}.tr BEFORE INSERT ON {other}.sums FOR EACH ROW"
           f" INSERT INTO {db.name}.t VALUES (new.id, 'of a trigger');"
           f"CREATE FUNCTION {other}.f() RETURNS int BEGIN INSERT INTO {db.name}.t"
           " VALUES (99, 'of a function'); RETURN 1; END")
    quiet = f"INSERT INTO {other}.quiet SELECT 0, count(*) FROM {other}.sums"
    for last in (f"INSERT INTO {other}.sums VALUES (2, '')",
                 f"INSERT INTO {other}.quiet VALUES ({other}.f(), '')",
                 f"DELETE FROM {other}.parent"):
        assert last[:20] in _stopped_by(f"{quiet}; {last}", db, kafka)
        quiet = f"UPDATE {other}.quiet SET v = 'x'"


def test_compressed(tailrace, topics, mysql_db):
    mysql_db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        with mysql_db.server.connect(mysql_db.name) as session, session.cursor() as cursor:
            cursor.execute("SET SESSION binlog_transaction_compression = ON")
            cursor.execute("INSERT INTO t SELECT row_number() OVER (), repeat('x', 100)"
                           " FROM information_schema.columns LIMIT 3000")
            cursor.execute("UPDATE t SET v = 'y' WHERE id = 1")
        records = topics.records(f"{mysql_db.name}[.]t", 3001)
        assert records[-1].json["after"] == {"id": 1, "v": "y"}
        assert len({record.json["source"]["pos"] for record in records[:3000]}) == 1


def test_compressed_events(kafka, name):
    """A server of its own: in the shared one other tests' transactions would become small, too."""
    with Mariadb(log_bin_compress="ON", log_bin_compress_min_len=10) as server, \
            server.database(name) as db:
        db.sql(_TABLE)
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            db.sql("INSERT INTO t VALUES (1, repeat('x', 100));"
                   "ALTER TABLE t ADD w varchar(50) DEFAULT 'a long enough default value';"
                   "UPDATE t SET v = repeat('y', 100), w = 'z'; DELETE FROM t")
            ops = Topics(kafka, name).ops(f"{name}[.]t", 4)
            assert [op for op, *_ in ops] == ["c", "u", "d", "t"]
            assert ops[2][2] == {"id": 1, "v": "y" * 100, "w": "z"}


def test_partial_json(tailrace, topics, mysql_db):
    mysql_db.sql("CREATE TABLE t (id int PRIMARY KEY, j json, k json)")
    with tailrace() as engine:
        engine.wait_streaming()
        with mysql_db.server.connect(mysql_db.name) as session, session.cursor() as cursor:
            cursor.execute("SET SESSION binlog_row_value_options = PARTIAL_JSON")
            cursor.execute("""INSERT INTO t VALUES (1, '{"a": [1, 2, {"b": "x"}], "c": "long"}',
                           '[1, 2, 3]')""")
            cursor.execute("UPDATE t SET j = JSON_SET(j, '$.a[2].b', 'y')")
            cursor.execute("UPDATE t SET j = JSON_REMOVE(j, '$.a[0]'),"
                           " k = JSON_REPLACE(k, '$[1]', 'two')")
        (*_, first, second) = topics.ops(f"{mysql_db.name}[.]t", 3)
        assert first[2]["j"] == '{"a":[1,2,{"b":"y"}],"c":"long"}'
        assert second[2]["j"] == '{"a":[2,{"b":"y"}],"c":"long"}'
        assert second[2]["k"] == '[1,"two",3]'


@pytest.mark.parametrize("image", ["MINIMAL", "NOBLOB"])
def test_partial_images(tailrace, topics, binlog_db, image):
    """What the log leaves out is told as not available, never as null."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(10), b text)")
    with tailrace() as engine:
        engine.wait_streaming()
        with binlog_db.server.connect(binlog_db.name) as session, session.cursor() as cursor:
            cursor.execute(f"SET SESSION binlog_row_image = {image}")
            cursor.execute("INSERT INTO t VALUES (1, 'a', 'b')")
            cursor.execute("UPDATE t SET v = 'c'")
            cursor.execute("DELETE FROM t")
        ops = topics.ops(f"{binlog_db.name}[.]t", 4)
        assert ops[0][2] == {"id": 1, "v": "a", "b": "b"}
        assert ops[1][2]["v"] == "c" and ops[1][2]["b"] == "__debezium_unavailable_value"
        assert [op for op, *_ in ops] == ["c", "u", "d", "t"]


@pytest.mark.parametrize("change", ["UPDATE t SET v = 'c'", "INSERT INTO t (id) VALUES (2)"])
def test_images_that_do_not_tell_the_row(tailrace, topics, binlog_db, change):
    """A number that is left out can't be told; a null in its place would be a lie."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(10) DEFAULT 'x', n int);"
                  "INSERT INTO t VALUES (1, 'a', 5)")
    with tailrace() as engine:
        engine.wait_streaming()
        with binlog_db.server.connect(binlog_db.name) as session, session.cursor() as cursor:
            cursor.execute("SET SESSION binlog_row_image = MINIMAL")
            cursor.execute(change)
        engine.wait_state("FAILED")
        assert "binlog_row_image = FULL" in engine.log and "binlog." in engine.log
        assert len(topics.ops(f"{binlog_db.name}[.]t", 1)) == 1


def test_the_statement_behind_rows(tailrace, topics, binlog_db):
    binlog_db.sql(_TABLE)
    with tailrace(include_query="true") as engine:
        engine.wait_streaming()
        with binlog_db.server.connect(binlog_db.name) as session, session.cursor() as cursor:
            if binlog_db.server.kind == "mysql":
                cursor.execute("SET SESSION binlog_rows_query_log_events = ON")
            cursor.execute("INSERT INTO t VALUES (1, 'é')")
        (record,) = topics.records(f"{binlog_db.name}[.]t", 1)
        assert record.json["source"]["query"] == "INSERT INTO t VALUES (1, 'é')"


def test_truncate(tailrace, topics, binlog_db):
    binlog_db.sql(_TABLE)
    with tailrace(skipped_operations="none") as engine:
        engine.wait_streaming()
        binlog_db.sql("INSERT INTO t VALUES (1, ''); TRUNCATE t; INSERT INTO t VALUES (2, '')")
        records = topics.records(f"{binlog_db.name}[.]t", 3)
        assert [record.json["op"] for record in records] == ["c", "t", "c"]


def test_sources_left_out(kafka, name):
    """gtid.source.excludes: another source's rows are not ours, and are not asked for again."""
    with Mysql() as server, server.database(name) as db:
        db.sql(_TABLE)
        other = "99999999-9999-9999-9999-999999999999"
        config = connector(db, gtid_source_excludes="9{8}-.*")
        with Tailrace(config, worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            with server.connect(name) as session, session.cursor() as cursor:
                cursor.execute(f"SET GTID_NEXT = '{other}:1'")
                cursor.execute("INSERT INTO t VALUES (1, 'theirs')")
                cursor.execute("SET GTID_NEXT = 'AUTOMATIC'")
                cursor.execute("INSERT INTO t VALUES (2, 'ours')")
            (record,) = kafka.consume(rf"{name}[.]{name}[.]t", 1)
            assert record.key_json["id"] == 2
            wait_until(lambda: other in str([r.json for r in kafka.consume(f"{name}-offsets")
                                             if r.value]), what="the position to cover it")
