"""transaction.max.bytes: source transactions that go out in several Kafka transactions."""

import json
import subprocess
from contextlib import closing, suppress

import pytest

from bed import wait_until
from bed.process import GIVE_UP
from bed.proxy import Proxy

_LIMIT = 65536
_ROWS = 10_000
_TEXT = {"postgres": "text", "mysql": "mediumtext", "mariadb": "mediumtext"}
_TABLE = "CREATE TABLE t (id int PRIMARY KEY, v varchar(200))"


def _fill(db, first=0, count=_ROWS, table="t"):
    """One statement, so one transaction."""
    if db.server.kind == "postgres":
        return (f"INSERT INTO {table} SELECT i, repeat('x', 150) "
                f"FROM generate_series({first}, {first + count - 1}) i")
    digits = "(SELECT 0 i UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION " \
        "SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)"
    return (f"INSERT INTO {table} SELECT {first} + n, repeat('x', 150) FROM (SELECT a.i + 10 * b.i "
            f"+ 100 * c.i + 1000 * d.i + 10000 * e.i n FROM {digits} a, {digits} b, {digits} c, "
            f"{digits} d, {digits} e) s WHERE n < {count} ORDER BY n")


def _topic(db, table="t"):
    return rf"{'public' if db.server.kind == 'postgres' else db.name}\.{table}"


def _captured(db, *tables):
    return ",".join(_topic(db, table) for table in tables or "t")


def _ids(topics, db, count, table="t"):
    return [record.key_json["id"] for record in topics.records(_topic(db, table), count)]


def _told_of(topics, events):
    """The END of the transaction with so many; each has one BEGIN. (A binary log has those of
    other databases, too.)"""
    with topics.reader("transaction") as reader:
        told = [record.json for record in reader.wait(
            lambda seen: any(record.json["event_count"] == events for record in seen))]
    (end,) = [i for i, said in enumerate(told) if said["event_count"] == events]
    assert [said["status"] for said in told[:end + 1]] == ["BEGIN", "END"] * ((end + 1) // 2)
    return told[end]


def _partial(positions):
    return [position for position in positions() if "tailrace_partial" in position]


@pytest.fixture(params=["postgres", "mysql", "mariadb"])
def any_db(request):
    names = {"postgres": "db", "mysql": "mysql_db", "mariadb": "mariadb_db"}
    return request.getfixturevalue(names[request.param])


@pytest.fixture
def database(any_db):
    return any_db


@pytest.fixture
def wide(kafka, any_db):
    """A table that isn't there yet, whose topic takes larger rows than a producer does."""
    kafka.create_topic(f"{any_db.name}.{_topic(any_db, 'wide')}".replace("\\", ""),
                       max_message_bytes=4_000_000)
    return f"CREATE TABLE wide (id int PRIMARY KEY, v {_TEXT[any_db.server.kind]})"


@pytest.fixture
def make_halfway(tailrace, topics, positions, any_db, wide, fails):
    """Makes an engine that has FAILED inside a transaction, because a row in the middle of it is
    too large for the producer. `write` runs the statements, of which `before` is one in front of
    that row, as a transaction."""
    def whole(statements):
        any_db.sql(f"BEGIN; {statements}; COMMIT")

    def make(write=whole, *, before="INSERT INTO other VALUES (1)", tables="", **changes):
        any_db.sql(f"{_TABLE}; {wide}; CREATE TABLE other (id int PRIMARY KEY); {tables}")
        engine = tailrace(**{"table_include_list": _captured(any_db, "t", "wide"),
                             "transaction_max_bytes": _LIMIT, **changes})
        with engine:
            engine.wait_streaming()
        write(f"{_fill(any_db, count=500)}; {before}; {_fill(any_db, 500, 500)}; "
              f"INSERT INTO wide SELECT 1, repeat('w', 1500000); {_fill(any_db, 1000, 1000)}")
        assert "max.request.size" in fails(engine, GIVE_UP)
        assert 600 < positions()[-1]["tailrace_partial"] <= 1001
        assert 600 < len(topics.records(_topic(any_db))) <= 1000, "whole parts are to be seen"
        return engine

    return make


def _wide_fits(engine, size=4_000_000):
    engine.connectors[0]["producer.override.max.request.size"] = str(size)


@pytest.fixture
def halfway(make_halfway):
    return make_halfway(provide_transaction_metadata="true")


def test_other_settings_inside_a_transaction_are_refused(halfway, topics, positions, any_db, fails):
    """And the former ones go on where it was, with what the transaction has told of itself."""
    tables = halfway.connectors[0]["table.include.list"]
    halfway.connectors[0]["table.include.list"] = _captured(any_db, "t")
    error = fails(halfway, GIVE_UP)
    assert "put the former ones back" in error and "PATCH /connectors" in error
    halfway.connectors[0]["table.include.list"] = tables
    _wide_fits(halfway)
    with halfway:
        assert _ids(topics, any_db, 2000) == list(range(2000))
        end = _told_of(topics, 2001)
    assert sorted(c["event_count"] for c in end["data_collections"]) == [1, 2000]
    rows = [record.json for record in topics.records(_topic(any_db), 2000)]
    orders = [row["transaction"]["total_order"] for row in rows]
    assert orders == [*range(1, 1001), *range(1002, 2002)]
    assert len(topics.records(_topic(any_db, "wide"), 1)) == 1
    assert "tailrace_partial" not in positions()[-1]


@pytest.mark.parametrize("any_db", ["postgres", "mysql"], indirect=True)
def test_other_settings_for_all_of_it(make_halfway, topics, any_db):
    """What is written comes once more."""
    engine = make_halfway()
    written = len(topics.records(_topic(any_db)))
    engine.connectors[0]["table.include.list"] = _captured(any_db, "t")
    files = [part for file in engine.argv()[2:] for part in ("--config", str(file))]
    subprocess.run([engine.argv()[0], "offsets", "set", any_db.name, "tailrace_partial=", *files],
                   check=True, timeout=GIVE_UP, capture_output=True)
    with engine:
        assert _ids(topics, any_db, written + 2000) == [*range(written), *range(2000)]


def _kill_inside(engine):
    engine.wait_log("too large for one of Kafka's")
    engine.kill9()


def test_goes_out_in_parts_and_survives_a_kill(tailrace, topics, positions, any_db, wide):
    """However late a kill comes, it is inside: a row that is too large for the producer is in the
    way, and farther on a larger one."""
    any_db.sql(f"{_TABLE}; {wide}")
    with tailrace(table_include_list=_captured(any_db, "t", "wide"),
                  transaction_max_bytes=_LIMIT) as engine:
        engine.wait_streaming()
        any_db.sql(f"BEGIN; {_fill(any_db, 0, 3000)};"
                   f"INSERT INTO wide SELECT 1, repeat('w', 1500000); {_fill(any_db, 3000, 4000)};"
                   f"INSERT INTO wide SELECT 2, repeat('w', 2500000); {_fill(any_db, 7000, 3000)};"
                   "COMMIT")
        any_db.sql("INSERT INTO t VALUES (-1, '')")
        for size in (2_000_000, 4_000_000):
            _kill_inside(engine)
            _wide_fits(engine, size)
            engine.start()
        assert _ids(topics, any_db, _ROWS + 1) == [*range(_ROWS), -1]
        engine.stop()
        assert _ids(topics, any_db, None, "wide") == [1, 2]
        assert len(topics.records(_topic(any_db))) == _ROWS + 1
        parts = _partial(positions)
        done = [part["tailrace_partial"] for part in parts]
        assert len(parts) > 20 and done == sorted(set(done))
        assert "tailrace_partial" not in positions()[-1]
        said = [record.json for record in topics.records(_topic(any_db))]
        assert len({_transaction(value["source"]) for value in said[:-1]}) == 1


@pytest.fixture
def xa(any_db):
    """Runs statements in a session for XA transactions; {} stands for the name of one, which isn't
    left behind."""
    with closing(any_db.connect()) as connection, connection.cursor() as cursor:
        def run(text):
            cursor.execute(text.replace("{}", f"'{any_db.name[-30:]}'"))
            while cursor.nextset():
                pass

        yield run
        with suppress(cursor.connection.Error):  # it is committed
            run("XA ROLLBACK {}")


@pytest.mark.parametrize("any_db", ["mysql", "mariadb"], indirect=True)
def test_an_xa_transaction(make_halfway, topics, any_db, xa):
    """Its rows are read again from the place where it was prepared, and only those that are left
    are written; also when that is interrupted once more."""
    def write(statements):
        xa(f"XA START {{}}; {statements}; XA END {{}}; XA PREPARE {{}}")
        any_db.sql("INSERT INTO t VALUES (9000, 'between')")
        xa("XA COMMIT {}")
        any_db.sql("INSERT INTO t VALUES (9001, 'after')")

    engine = make_halfway(write)
    _wide_fits(engine)
    with engine:
        _kill_inside(engine)
        engine.start()
        assert _ids(topics, any_db, 2002) == [9000, *range(2000), 9001]
        assert engine.stop() == 0
    assert len(topics.records(_topic(any_db))) == 2002
    assert len(topics.records(_topic(any_db, "wide"))) == 1


def test_a_signal_inside(make_halfway, topics, any_db):
    """It stands in a part that is written, is carried out at the transaction's end, and so must
    not be forgotten by who begins behind it; nor carried out twice."""
    schema = "public" if any_db.server.kind == "postgres" else any_db.name
    order = json.dumps({"data-collections": [f"{schema}.read"]})
    engine = make_halfway(
        before=f"INSERT INTO signals VALUES ('s', 'execute-snapshot', '{order}')",
        tables="CREATE TABLE signals (id varchar(60) PRIMARY KEY, type varchar(40), data text); "
               f"CREATE TABLE {schema}.read (id int PRIMARY KEY); "
               f"INSERT INTO {schema}.read VALUES (1), (2), (3), (4), (5)",
        table_include_list=_captured(any_db, "t", "wide", "read"), snapshot_mode="no_data",
        signal_data_collection=f"{schema}.signals", incremental_snapshot_chunk_size=2,
        read_only="true")
    _wide_fits(engine)
    with engine:
        _kill_inside(engine)
        engine.start()
        topics.records(_topic(any_db, "read"), 5)
        any_db.sql("INSERT INTO t VALUES (-1, 'after')")
        assert _ids(topics, any_db, 2001) == [*range(2000), -1]
        assert engine.stop() == 0
    assert sorted(_ids(topics, any_db, None, "read")) == [1, 2, 3, 4, 5]
    assert len(topics.records(_topic(any_db))) == 2001


@pytest.fixture
def network(any_db):
    """Between tailrace and the database."""
    with Proxy.before(any_db.server) as made:
        yield made


def test_a_transaction_that_takes_long(tailrace, topics, positions, any_db, network):
    """The server falls silent inside it; Kafka would end the transaction that it is in. Killed
    behind the part that goes out."""
    any_db.sql(_TABLE)
    with tailrace(table_include_list=_captured(any_db), database_port=network.port,
                  producer_override_transaction_timeout_ms=5000) as engine:
        engine.wait_streaming()
        any_db.sql("INSERT INTO t VALUES (-2, '')")
        topics.records(_topic(any_db), 1)  # what is to be asked about the table is answered
        mark = f"row 6000 of {any_db.name}"
        network.stall_at(mark)  # bytes would be those of other databases, too
        any_db.sql(f"BEGIN; {_fill(any_db, 0, 6000)}; INSERT INTO t SELECT 6000, '{mark}'; "
                   f"{_fill(any_db, 6001, _ROWS - 6001)}; COMMIT")
        any_db.sql("INSERT INTO t VALUES (-1, '')")
        wait_until(lambda: _partial(positions), GIVE_UP, engine.log)
        engine.kill9()
        network.flow()
        engine.start()
        topics.records(_topic(any_db), _ROWS + 2)
        assert engine.stop() == 0
    assert _ids(topics, any_db, None) == [-2, *range(_ROWS), -1]


def _transaction(source):
    return source.get("txId") or source["gtid"] or source["pos"]
