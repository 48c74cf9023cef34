"""transaction.max.bytes: source transactions that go out in several Kafka transactions."""

import pytest

from bed.process import GIVE_UP

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


def _ids(topics, db, count):
    return [record.key_json["id"] for record in topics.records(_topic(db), count)]


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
def halfway(tailrace, topics, positions, kafka, any_db, fails):
    """An engine that has FAILED inside a transaction: a last row is too large for its producer."""
    any_db.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(200)); "
               f"CREATE TABLE wide (id int PRIMARY KEY, v {_TEXT[any_db.server.kind]}); "
               "CREATE TABLE other (id int PRIMARY KEY)")
    kafka.create_topic(f"{any_db.name}.{_topic(any_db, 'wide')}".replace("\\", ""),
                       max_message_bytes=4_000_000)
    engine = tailrace(table_include_list=_captured(any_db, "t", "wide"),
                      transaction_max_bytes=_LIMIT, provide_transaction_metadata="true")
    with engine:
        engine.wait_streaming()
    any_db.sql(f"BEGIN; {_fill(any_db, count=1000)}; INSERT INTO other VALUES (1); "
               "INSERT INTO wide SELECT 1, repeat('w', 1500000); "
               f"{_fill(any_db, 1000, 1000)}; COMMIT")
    assert "max.request.size" in fails(engine, GIVE_UP)
    assert 0 < positions()[-1]["tailrace_partial"] <= 1000
    assert 0 < len(topics.records(_topic(any_db))) <= 1000, "whole parts are to be seen"
    return engine


def test_other_settings_inside_a_transaction_are_refused(halfway, topics, positions, any_db, fails):
    """And the former ones go on where it was, with what the transaction has told of itself."""
    tables = halfway.connectors[0]["table.include.list"]
    halfway.connectors[0]["table.include.list"] = _captured(any_db, "t")
    error = fails(halfway, GIVE_UP)
    assert "put the former ones back" in error and "PATCH /connectors" in error
    halfway.connectors[0]["table.include.list"] = tables
    halfway.connectors[0]["producer.override.max.request.size"] = "4000000"
    with halfway:
        assert _ids(topics, any_db, 2000) == list(range(2000))
        end = _told_of(topics, 2001)
    assert sorted(c["event_count"] for c in end["data_collections"]) == [1, 2000]
    rows = [record.json for record in topics.records(_topic(any_db), 2000)]
    orders = [row["transaction"]["total_order"] for row in rows]
    assert orders == [*range(1, 1001), *range(1002, 2002)]
    assert len(topics.records(_topic(any_db, "wide"), 1)) == 1
    assert "tailrace_partial" not in positions()[-1]


def _kill_inside(engine):
    engine.wait_log("too large for one of Kafka's")
    engine.kill9()


def test_goes_out_in_parts_and_survives_a_kill(tailrace, topics, positions, any_db):
    any_db.sql(_TABLE)
    with tailrace(table_include_list=_captured(any_db), transaction_max_bytes=_LIMIT) as engine:
        engine.wait_streaming()
        any_db.sql(_fill(any_db))
        any_db.sql("INSERT INTO t VALUES (-1, '')")
        for _ in range(2):
            _kill_inside(engine)
            engine.start()
        assert _ids(topics, any_db, _ROWS + 1) == [*range(_ROWS), -1]
        engine.stop()
        assert len(topics.records(_topic(any_db))) == _ROWS + 1
        parts = _partial(positions)
        done = [part["tailrace_partial"] for part in parts]
        assert len(parts) > 20 and done == sorted(set(done))
        assert "tailrace_partial" not in positions()[-1]
        said = [record.json for record in topics.records(_topic(any_db))]
        assert len({_transaction(value["source"]) for value in said[:-1]}) == 1


def _transaction(source):
    return source.get("txId") or source["gtid"] or source["pos"]
