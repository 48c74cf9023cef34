"""An initial snapshot of MySQL or MariaDB that was interrupted goes on with what it has left."""

import itertools
from collections import Counter
from contextlib import contextmanager

import pytest

from bed import Mysql, Proxy, Tailrace, connector, worker
from bed.process import GIVE_UP
from views import Topics, op_of

_DIGITS = ("CREATE TABLE digits (i int PRIMARY KEY);"
           "INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);")
_NUMBERS = ("SELECT a.i + 10 * b.i + 100 * c.i + 1000 * d.i {}"
            " FROM digits a, digits b, digits c, digits d WHERE d.i < 3")
_MIDDLE = 1234567890  # in a row inside of b and of c
_TABLES = (_DIGITS +
           "CREATE TABLE a (v int); INSERT INTO a VALUES (1), (2);"
           "CREATE TABLE b (id int PRIMARY KEY, v int);"
           f"INSERT INTO b {_NUMBERS.format(', 0')};"
           "CREATE TABLE c (k1 varchar(20) CHARACTER SET latin1, k2 decimal(8,2), v int,"
           " PRIMARY KEY (k1, k2));"
           "INSERT INTO c SELECT concat('\u00e4', id % 7), id, 0 FROM b;"
           f"UPDATE b SET v = {_MIDDLE} WHERE id = 1500;"
           f"UPDATE c SET v = {_MIDDLE} WHERE k2 = 1500;"
           "CREATE TABLE d (v int); INSERT INTO d VALUES (1), (2), (3);"
           "ANALYZE TABLE b, c")
_NUMBER = itertools.count(100000)  # of rows that nothing else has
_BEGUN = {"snapshot_fetch_size": "2", "table_include_list": r".*\.[abcd]"}


@contextmanager
def _stalled(engine, topics, db):
    """Started, and in the middle of table b or c, where the network swallows what comes."""
    with Proxy.before(db.server) as network, topics.reader(f"{db.name}[.][bc]") as reader:
        engine.connectors[0]["database.port"] = str(network.port)
        network.stall_at(str(_MIDDLE), everywhere=True)
        engine.start()
        reader.wait(lambda records: len(records) > 50)
        yield network
        engine.kill9()
    engine.connectors[0]["database.port"] = str(db.server.port)


def _interrupt(engine, topics, db):
    with _stalled(engine, topics, db):
        pass  # it is killed there


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
        wanted = {tuple(row[:-1]): row[-1]
                  for row in db.query(f"SELECT {', '.join(key)}, v FROM {table}")}
        found = {key: row["v"] for key, row in _folded(records).items()}
        assert not found.items() ^ wanted.items()


@pytest.mark.parametrize("threads, tables", [("1", "dcba"), ("3", "abd")])
def test_killed(tailrace, topics, binlog_db, threads, tables):
    """The first reads the tables in the list's order; with the second a table is added before it
    goes on."""
    binlog_db.sql(_TABLES)
    engine = tailrace(**_BEGUN | {"table_include_list": ",".join(rf".*\.{t}" for t in tables)},
                      snapshot_max_threads=threads, decimal_handling_mode="double")
    _interrupt(engine, topics, binlog_db)
    _change(binlog_db)
    engine.connectors[0] |= {"snapshot.fetch.size": "700", "table.include.list": r".*\.[abcd]"}
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


def test_connection_lost(tailrace, topics, binlog_db):
    """The next try of the same run goes on, too, and so does who is killed in that, with a table
    more."""
    binlog_db.sql(_TABLES)
    engine = tailrace(**_BEGUN | {"table_include_list": r".*\.[abd]"},
                      decimal_handling_mode="double", retriable_restart_connector_wait_ms="100")
    with _stalled(engine, topics, binlog_db) as network:
        network.cut()
        network.flow()
        engine.wait_log("left of the snapshot is read beside the stream")
    _change(binlog_db)
    engine.connectors[0] |= {"snapshot.fetch.size": "700", "table.include.list": r".*\.[abcd]"}
    with engine:
        engine.wait_streaming()
        _await(topics, binlog_db, "b")
        _await(topics, binlog_db, "c")
    _check(topics, binlog_db)
    assert len(topics.records(f"{binlog_db.name}[.]d")) == 3


def test_nothing_is_streamed(tailrace, topics, binlog_db):
    """initial_only: the ordinary readers take what is left."""
    binlog_db.sql(_TABLES)
    engine = tailrace(**_BEGUN, snapshot_mode="initial_only", decimal_handling_mode="double")
    _interrupt(engine, topics, binlog_db)
    engine.connectors[0]["snapshot.fetch.size"] = "700"
    done = engine.run(timeout=GIVE_UP)
    assert done.returncode == 0, done.stderr
    assert "beside_the_stream=0" in done.stderr
    _check(topics, binlog_db)
    assert len(topics.records(f"{binlog_db.name}[.]c")) == 3000
    assert len(topics.records(f"{binlog_db.name}[.]a")) == 2


def test_nothing_is_streamed_of_an_added_table(tailrace, topics, binlog_db):
    """initial_only, and no stream would bring it: everything is read again."""
    binlog_db.sql(_TABLES)
    engine = tailrace(**_BEGUN | {"table_include_list": r".*\.[abc]"},
                      snapshot_mode="initial_only", decimal_handling_mode="double")
    _interrupt(engine, topics, binlog_db)
    engine.connectors[0] |= {"snapshot.fetch.size": "700", "table.include.list": r".*\.[abcd]"}
    done = engine.run(timeout=GIVE_UP)
    assert done.returncode == 0, done.stderr
    for table, rows in {"b": 3000, "c": 3000}.items():
        assert len(_folded(topics.records(f"{binlog_db.name}[.]{table}"))) == rows
    assert len(topics.records(f"{binlog_db.name}[.]d")) == 3


def _await(topics, db, table):
    """What was done so far, by the stream of a table."""
    last = next(_NUMBER)
    first = "'', " if table == "c" else ""
    db.sql(f"INSERT INTO {table} VALUES ({first}{last}, 0)")
    topics.reader(f"{db.name}[.]{table}").wait(
        lambda records: any(last in op_of(record)[1].values() for record in records))


def test_added_tables(tailrace, topics, binlog_db):
    """They are read beside the stream, in which they change; so it goes on after a kill. Without a
    key only the changes come."""
    binlog_db.sql(_TABLES)
    engine = tailrace(table_include_list=r".*\.b", decimal_handling_mode="double")
    with engine:
        engine.wait_streaming()
    _change(binlog_db)
    engine.connectors[0] |= {"table.include.list": r".*\.[abc]", "snapshot.fetch.size": "2"}
    with Proxy.before(binlog_db.server) as network, \
            topics.reader(f"{binlog_db.name}[.]c") as reader:
        engine.connectors[0]["database.port"] = str(network.port)
        network.stall_at(str(_MIDDLE))  # or a quick one would have read all of c by then
        engine.start()
        reader.wait(lambda records: len(records) > 50)
        binlog_db.sql("UPDATE c SET v = 2 WHERE k2 % 10 = 5; DELETE FROM c WHERE k2 % 10 = 6;"
                      "UPDATE c SET k1 = 'a' WHERE k2 % 100 = 7")
        engine.kill9()
    engine.connectors[0]["database.port"] = str(binlog_db.server.port)
    assert engine.said("added table are not read .*[.]a cause=.it has no key")
    assert len(topics.records(f"{binlog_db.name}[.]c")) < 3000
    engine.connectors[0]["snapshot.fetch.size"] = "700"
    with engine:
        engine.wait_streaming()
        assert engine.said("msg=\"the snapshot is complete\"")
        binlog_db.sql("INSERT INTO a VALUES (3)")
        _await(topics, binlog_db, "b")
        _await(topics, binlog_db, "c")
    _check(topics, binlog_db)
    assert [row for *_, row in topics.ops(f"{binlog_db.name}[.]a", 1)] == [{"v": 3}]


def test_added_again(tailrace, topics, binlog_db, fails):
    """Whatever became of the table while it was left out; also where nobody knows what its rows
    were like then."""
    binlog_db.sql(_TABLES)
    engine = tailrace(table_include_list=r".*\.[bc]", decimal_handling_mode="double")
    with engine:
        engine.wait_streaming()
    engine.connectors[0]["table.include.list"] = r".*\.b"
    with engine:
        engine.wait_streaming()
        binlog_db.sql("ALTER TABLE c ADD w int FIRST; DELETE FROM c WHERE k2 > 1000")
        _await(topics, binlog_db, "b")
    binlog_db.sql("UPDATE c SET w = 1; ALTER TABLE c DROP w, ADD x int DEFAULT 8")
    engine.connectors[0]["table.include.list"] = r".*\.[bc]"
    assert "leave the table out" in fails(engine)
    engine.connectors[0]["table.include.list"] = r".*\.b"
    with engine:
        engine.wait_streaming()
        _await(topics, binlog_db, "b")
    engine.connectors[0]["table.include.list"] = r".*\.[bc]"
    with engine:
        engine.wait_streaming()
        binlog_db.sql("UPDATE c SET x = 9 WHERE k2 = 5")
        last = topics.reader(f"{binlog_db.name}[.]c").wait(lambda records: any(
            op_of(record)[0] == "u" for record in records))
    read = [op_of(record) for record in last][3000:]
    assert sorted(key["k2"] for op, key, row in read if op == "r" and row["x"] == 8) == list(
        range(1001))
    assert [row["x"] for op, _, row in read if op == "u"] == [9]


def test_without_gtids(kafka, name):
    """Nobody could say what a later chunk sees: all is read again, and that is said."""
    with Mysql(gtid_mode="OFF", enforce_gtid_consistency="OFF") as server, \
            server.database(name) as db:
        db.sql(_TABLES)
        topics = Topics(kafka, name)
        engine = Tailrace(connector(db, **_BEGUN), worker=worker(kafka, group=name))
        _interrupt(engine, topics, db)
        engine.connectors[0]["snapshot.fetch.size"] = "700"
        with engine:
            engine.wait_streaming()
            assert engine.said("can't go on, because without GTIDs .* read from their start")
            engine.stop()
        db.sql("CREATE TABLE e (id int PRIMARY KEY); INSERT INTO e VALUES (1)")
        engine.connectors[0]["table.include.list"] = r".*\.[abcde]"
        with engine:
            engine.wait_streaming()
            assert engine.said("added table are not read .*table=.*[.]e cause=.without GTIDs")
            db.sql("INSERT INTO e VALUES (2)")
            topics.ops(f"{name}[.]e", 1)
        assert len(topics.records(f"{name}[.]b")) > 3000
        assert {key["id"] for _, key, _ in topics.ops(f"{name}[.]b")} == set(range(3000))
