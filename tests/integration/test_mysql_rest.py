"""An initial snapshot of MySQL or MariaDB that was interrupted goes on with what it has left."""

from collections import Counter

import pytest

from bed import Mysql, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP
from views import Topics, op_of

_DIGITS = ("CREATE TABLE digits (i int PRIMARY KEY);"
           "INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);")
_NUMBERS = ("SELECT a.i + 10 * b.i + 100 * c.i + 1000 * d.i {}"
            " FROM digits a, digits b, digits c, digits d WHERE d.i < 3")
_TABLES = (_DIGITS +
           "CREATE TABLE a (v int); INSERT INTO a VALUES (1), (2);"
           "CREATE TABLE b (id int PRIMARY KEY, v int);"
           f"INSERT INTO b {_NUMBERS.format(', 0')};"
           "CREATE TABLE c (k1 varchar(20) CHARACTER SET latin1, k2 decimal(8,2), v int,"
           " PRIMARY KEY (k1, k2));"
           "INSERT INTO c SELECT concat('\u00e4', id % 7), id, 0 FROM b;"
           "CREATE TABLE d (v int); INSERT INTO d VALUES (1), (2), (3);"
           "ANALYZE TABLE b, c")
_BEGUN = {"snapshot_fetch_size": "2", "table_include_list": r".*\.[abcd]"}


def _interrupt(engine, topics, name, end):
    """Ended in the middle of table b."""
    with topics.reader(f"{name}[.]b") as reader:
        engine.start()
        reader.wait(lambda records: len(records) > 50)
        end(engine)


def _change(db):
    db.sql("DELETE FROM b WHERE id % 10 = 3; UPDATE b SET v = 1 WHERE id % 10 = 4;"
           "INSERT INTO b VALUES (-1, 5), (5000, 5);"
           "UPDATE b SET id = id + 10000 WHERE id % 100 = 5;"
           "DELETE FROM c WHERE k2 % 10 = 3; UPDATE c SET v = 1 WHERE k2 % 10 = 4")


def _folded(records):
    rows = {}
    for op, key, row in map(op_of, records):
        if op in "rcu":
            rows[tuple(key.values())] = row
        elif op == "d":
            rows.pop(tuple(key.values()), None)
    return rows


def _check(topics, db):
    for table, key in (("b", ("id",)), ("c", ("k1", "k2"))):
        records = topics.records(f"{db.name}[.]{table}")
        reads = Counter(tuple(record.key_json.values()) for record in records
                        if record.json and record.json["op"] == "r")
        assert not [key for key, n in reads.items() if n > 1]
        assert {record.json["source"]["snapshot"] for record in records
                if record.json and record.json["op"] == "r"} <= {
                    "true", "first", "last", "first_in_data_collection", "last_in_data_collection"}
        wanted = db.query(f"SELECT {', '.join(key)}, v FROM {table}")
        assert {key: row["v"] for key, row in _folded(records).items()} == {
            tuple(row[:-1]): row[-1] for row in wanted}


@pytest.mark.parametrize("threads", ["1", "3"])
def test_killed(tailrace, topics, binlog_db, threads):
    binlog_db.sql(_TABLES)
    engine = tailrace(**_BEGUN, snapshot_max_threads=threads, decimal_handling_mode="double")
    _interrupt(engine, topics, binlog_db.name, Tailrace.kill9)
    _change(binlog_db)
    engine.connectors[0]["snapshot.fetch.size"] = "700"
    with engine:
        engine.wait_streaming()
        assert engine.said("going on with an interrupted snapshot.*beside_the_stream=[12]")
        assert engine.said("msg=\"the snapshot is complete\"")
        binlog_db.sql("INSERT INTO b VALUES (-2, 7)")
        topics.reader(f"{binlog_db.name}[.]b").wait(
            lambda records: any(op_of(record)[1] == {"id": -2} for record in records))
        engine.stop()
    _check(topics, binlog_db)
    assert len(topics.records(f"{binlog_db.name}[.]a")) == 2
    assert len(topics.records(f"{binlog_db.name}[.]d")) == 3


def _kill_readers(db):
    """The session that reads table b at this moment."""
    def found():
        sessions = db.query("SELECT id FROM information_schema.processlist WHERE"
                            " user = 'tailrace' AND info LIKE %s", f"%`{db.name}`.`b`%")
        for session, in sessions:
            db.sql(f"KILL {session}")
        return sessions

    wait_until(found, pause=0)


def test_connection_lost(tailrace, topics, binlog_db):
    """The next try of the same run goes on, too, and so does who is killed in that."""
    binlog_db.sql(_TABLES)
    engine = tailrace(**_BEGUN, decimal_handling_mode="double",
                      retriable_restart_connector_wait_ms="100")
    with topics.reader(f"{binlog_db.name}[.]b") as reader:
        engine.start()
        reader.wait(lambda records: len(records) > 50)
        _kill_readers(binlog_db)
        engine.wait_log("left of the snapshot is read beside the stream")
        engine.kill9()
    _change(binlog_db)
    engine.connectors[0]["snapshot.fetch.size"] = "700"
    with engine:
        engine.wait_streaming()
        engine.stop()
    _check(topics, binlog_db)
    assert len(topics.records(f"{binlog_db.name}[.]d")) == 3


def test_nothing_is_streamed(tailrace, topics, binlog_db):
    """initial_only: the ordinary readers take what is left."""
    binlog_db.sql(_TABLES)
    engine = tailrace(**_BEGUN, snapshot_mode="initial_only", decimal_handling_mode="double")
    _interrupt(engine, topics, binlog_db.name, Tailrace.kill9)
    engine.connectors[0]["snapshot.fetch.size"] = "700"
    done = engine.run(timeout=GIVE_UP)
    assert done.returncode == 0, done.stderr
    assert "beside_the_stream=0" in done.stderr
    _check(topics, binlog_db)
    assert len(topics.records(f"{binlog_db.name}[.]c")) == 3000
    assert len(topics.records(f"{binlog_db.name}[.]a")) == 2


def test_without_gtids(kafka, name):
    """Nobody could say what a later chunk sees: all is read again, and that is said."""
    with Mysql(gtid_mode="OFF", enforce_gtid_consistency="OFF") as server, \
            server.database(name) as db:
        db.sql(_TABLES)
        topics = Topics(kafka, name)
        engine = Tailrace(connector(db, **_BEGUN), worker=worker(kafka, group=name))
        _interrupt(engine, topics, name, Tailrace.kill9)
        engine.connectors[0]["snapshot.fetch.size"] = "700"
        with engine:
            engine.wait_streaming()
            assert engine.said("can't go on, because without GTIDs .* read from their start")
            engine.stop()
        assert len(topics.records(f"{name}[.]b")) > 3000
        assert {key["id"] for _, key, _ in topics.ops(f"{name}[.]b")} == set(range(3000))
