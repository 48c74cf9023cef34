"""An initial snapshot that was interrupted goes on: rows of tables with a key come once. What
interrupts it here at a known place is a value that can't be written, in the middle of `c`."""

from collections import Counter

import pytest

from bed import wait_until

_FAILS = {"event_converting_failure_handling_mode": "fail"}
_ROWS = {"a": 2000, "b": 300, "c": 6000}


def _make_tables(db):
    """`b` has no key, and that of `c` has two columns."""
    db.sql("CREATE TABLE a (id int PRIMARY KEY, v int);"
           "CREATE TABLE b (v int);"
           "CREATE TABLE c (k text, n int, v numeric(9, 2), PRIMARY KEY (k, n))")
    db.sql(f"INSERT INTO a SELECT i, 0 FROM generate_series(1, {_ROWS['a']}) i;"
           f"INSERT INTO b SELECT i FROM generate_series(1, {_ROWS['b']}) i;"
           "INSERT INTO c SELECT 'k''' || i / 1000, i,"
           " CASE i WHEN 3500 THEN 'NaN'::numeric ELSE 0 END"
           f" FROM generate_series(1, {_ROWS['c']}) i")


def _change(db):
    """On both sides of wherever it is."""
    db.sql("UPDATE c SET v = 1 WHERE n % 100 = 7; DELETE FROM c WHERE n % 100 = 8;"
           "UPDATE c SET n = n + 1000000 WHERE n % 100 = 9;"
           "INSERT INTO c VALUES ('', 0, 0), ('z', 2000000, 0);"
           "UPDATE a SET v = 1 WHERE id % 100 = 7; DELETE FROM a WHERE id % 100 = 8")


def _await(topics, db):
    """What was done so far, by the streams of both tables with keys."""
    db.sql("INSERT INTO a VALUES (3000000, 0); INSERT INTO c VALUES ('z', 3000000, 0)")
    with topics.reader("public.[ac]") as reader:
        reader.wait(lambda seen: {b'{"id":3000000}', b'{"k":"z","n":3000000}'}
                    <= {record.key for record in seen})


def _check(topics, db, keyless=_ROWS["b"]):
    for table, columns in {"a": "id, v", "c": "k, n"}.items():
        records = topics.records(f"public.{table}")
        read = Counter(record.key for record in records if record.value
                       and record.json["op"] == "r")
        assert max(read.values()) == 1
        assert _fold(records, len(columns.split())) == sorted(
            db.query(f"SELECT {columns} FROM {table}"))
    assert len(topics.records("public.b")) == keyless


def _fold(records, columns):
    rows = {}
    for record in records:
        value = record.json
        if value is None or value["op"] == "d":
            rows.pop(record.key, None)
        else:
            rows[record.key] = value["after"]
    return sorted(tuple(row.values())[:columns] for row in rows.values())


@pytest.mark.parametrize("threads, tables", [(1, "acb"), (3, "cba")])
def test_killed(tailrace, topics, db, threads, tables):
    """Tables are read in the list's order."""
    _make_tables(db)
    tables = ",".join(f"public.{table}" for table in tables)
    with tailrace(snapshot_fetch_size=100, snapshot_max_threads=threads,
                  table_include_list=tables, **_FAILS) as engine:
        engine.wait_log("state=FAILED")
        engine.kill9()
    assert len(topics.records("public.c")) < _ROWS["c"]
    _change(db)
    with tailrace(snapshot_fetch_size=500, snapshot_max_threads=threads,
                  table_include_list=tables) as engine:
        told = engine.wait_log('msg="what is left of the snapshot is read beside the stream" '
                               r".*tables=(\d)")
        assert told[1] == "1" or threads > 1  # whose other readers may have had a piece of `a`
        engine.wait_log(r'msg="the rest of a table\'s snapshot is read" .*table=public.c')
        engine.wait_streaming()
        _await(topics, db)
    _check(topics, db)


def _disconnect(db):
    """Everybody who is there now."""
    db.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
           "pg_backend_pid() AND datname = current_database()")


def test_killed_beside_the_stream(tailrace, topics, db):
    """The connection is lost in the middle of it as well."""
    _make_tables(db)
    with tailrace(snapshot_fetch_size=200, **_FAILS) as engine:
        engine.wait_log("state=FAILED")
    _change(db)
    with tailrace(snapshot_fetch_size=20, retriable_restart_connector_wait_ms=100) as engine:
        engine.wait_log("what is left of the snapshot is read beside the stream")
        wait_until(lambda: _disconnect(db) or engine.said("state=RESTARTING"))
        engine.wait_log("state=RUNNING")
        engine.kill9()
    with tailrace() as engine:
        engine.wait_streaming()
        _await(topics, db)
    _check(topics, db)


def test_nothing_was_written_yet(tailrace, topics, db):
    """Then all is read under a new slot: no change follows that the rows have shown already."""
    db.sql("CREATE TABLE a (id int PRIMARY KEY, v int); INSERT INTO a VALUES (1, 0)")
    with tailrace(snapshot_select_statement_overrides="public.a",
                  snapshot_select_statement_overrides_public_a="SELECT * FROM b") as engine:
        engine.wait_log("slot created")
        engine.wait_log("state=FAILED")
    db.sql("UPDATE a SET v = 1")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO a VALUES (2, 0)")
        with topics.reader("public.a") as reader:
            reader.wait(lambda seen: b'{"id":2}' in {record.key for record in seen})
    assert [(record.json["op"], record.json["after"]["v"])
            for record in topics.records("public.a")] == [("r", 1), ("c", 0)]


def test_initial_only_reads_the_rest(tailrace, topics, db):
    _make_tables(db)
    with tailrace(snapshot_mode="initial_only", snapshot_fetch_size=200, **_FAILS) as engine:
        engine.wait_log("state=FAILED")
    with tailrace(snapshot_mode="initial_only", snapshot_fetch_size=300,
                  snapshot_max_threads=2) as engine:
        engine.wait_log("an interrupted snapshot goes on")
        assert engine.wait() == 0
    _check(topics, db)


def test_initial_only_with_an_added_table(tailrace, topics, db):
    """No stream would bring it: everything is read again."""
    _make_tables(db)
    only = {"snapshot_mode": "initial_only", "snapshot_fetch_size": 200}
    with tailrace(table_include_list="public.[ac]", **only, **_FAILS) as engine:
        engine.wait_log("state=FAILED")
    _change(db)
    with tailrace(table_include_list="public.[abc]", **only) as engine:
        assert engine.wait() == 0
    read = Counter(record.json["after"]["v"] for record in topics.records("public.b"))
    assert read == dict.fromkeys(range(1, _ROWS["b"] + 1), 1)
    rows = {record.key: record.json["after"] for record in topics.records("public.c")}
    assert {(k, n) for k, n, _ in db.query("SELECT k, n, v FROM c")} <= {
        (row["k"], row["n"]) for row in rows.values()}


def test_the_key_has_changed(tailrace, topics, db):
    """What is left by one key says nothing along another."""
    _make_tables(db)
    with tailrace(snapshot_fetch_size=100, **_FAILS) as engine:
        engine.wait_log("state=FAILED")
    db.sql("UPDATE c SET v = -n; ALTER TABLE c DROP CONSTRAINT c_pkey, ADD PRIMARY KEY (v)")
    with tailrace() as engine:
        engine.wait_log('msg="the rest of a table\'s snapshot is read".*table=public.c')
        engine.wait_streaming()
    read = {record.json["after"]["n"] for record in topics.records("public.c")
            if record.value and record.json["op"] == "r" and "v" in record.key_json}
    assert read == set(range(1, _ROWS["c"] + 1))


def test_added_tables(tailrace, topics, db):
    """Read beside the stream; without a key they aren't, and with `ignore` neither."""
    _make_tables(db)
    with tailrace(table_include_list="public.a") as engine:
        engine.wait_streaming()
    _change(db)
    with tailrace(table_include_list="public.[abc]") as engine:
        engine.wait_log("an added table are not read .*table=public.b cause=.it has no primary key")
        engine.wait_log("an added table is read beside the stream.*table=public.c")
        engine.wait_log('msg="the snapshot is complete"')
        _await(topics, db)
        _check(topics, db, keyless=0)
    db.sql("CREATE TABLE d (id int PRIMARY KEY); INSERT INTO d VALUES (1)")
    with tailrace(table_include_list="public.[abcd]", snapshot_added_tables="ignore") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO d VALUES (2)")
        assert topics.ops("public.d", 1) == [("c", {"id": 2}, {"id": 2})]
    with tailrace(table_include_list="public.[abcd]") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO d VALUES (3)")
        assert [op for op, *_ in topics.ops("public.d", 2)] == ["c", "c"]
