"""Taking over from the real Debezium in place, and going back to it: one connector, one offsets
topic, run by the one, then the other, then the first again.

Debezium runs with exactly-once support, so that what it leaves is exact; then so is the whole."""

import os
from collections import Counter

import pytest
from views import Topics

from bed import Connect, Mariadb, Mysql, Tailrace, connector, debezium, stored, wait_until, worker
from bed.ports import free_port

_BIG = range(1001, 16001)  # rows of a transaction that nobody reads at once
# Debezium, which writes 16 rows at a time, needs many times longer for these than to stop.
_LONG = range(100_001, 145_001)


# Of this process alone: those beside it have a Connect in the same Kafka, and workers of one group
# take connectors from each other, and don't give back what dies with them for minutes.
_GROUP = f"takeover-{os.getpid()}"


@pytest.fixture(scope="module")
def connect(kafka):
    settings = {"exactly.once.source.support": "enabled", "offset.flush.interval.ms": "1000"}
    with Connect(stored(kafka, _GROUP, free_port(), **settings), debezium=True) as started:
        yield started


@pytest.fixture(scope="module")
def mysql():
    """Our own, as mariadb is: snapshots of other tests would wait for what is prepared here, and
    Debezium has to understand every definition in a server's log."""
    with Mysql() as server:
        yield server


@pytest.fixture(scope="module")
def mariadb():
    with Mariadb() as server:
        yield server


@pytest.fixture(scope="module")
def mysql_without_gtids():
    with Mysql(gtid_mode="OFF", enforce_gtid_consistency="OFF") as server:
        yield server


@pytest.fixture(params=["pg", "mysql", "mysql_without_gtids", "mariadb"])
def database(request, name):
    with request.getfixturevalue(request.param).database(name) as db:
        yield db


class Takeover:
    """One connector of this name, and who runs it now."""

    def __init__(self, connect, kafka, db):
        self.rest, self.kafka, self.db = connect.rest, kafka, db
        postgres = db.server.kind == "postgres"
        self.tables = "public[.][tu]" if postgres else f"{db.name}[.][tu]"
        self.config = connector(
            db, **debezium(kafka, db), table_include_list=self.tables, max_batch_size=16,
            max_queue_size=32, poll_interval_ms=10,
            publication_autocreate_mode="filtered" if postgres else None)
        self.topics = Topics(kafka, db.name)

    def debezium(self):
        """It runs from here on. It is made anew, because Connect's worker can lose a resumption
        that comes while it takes up a new configuration; the offsets stay."""
        name = self.config["name"]
        config = {key: value for key, value in self.config.items() if key != "name"}
        path = f"/connectors/{name}"
        wait_until(lambda: self.rest.delete(path).status in (204, 404))
        self._ask(f"{path}/config", config)
        self.rest.wait(name, "RUNNING", "RUNNING")

    def _ask(self, path, body=None):
        """Connect refuses what comes while it rebalances."""
        wait_until(lambda: self.rest.put(path, body).status < 300)

    def stop_debezium(self):
        name = self.config["name"]
        self._ask(f"/connectors/{name}/stop")
        self.rest.wait(name, "STOPPED")

    def tailrace(self):
        """A `with` in which tailrace runs."""
        config = {k: v for k, v in self.config.items() if not k.startswith("driver.")}
        return Tailrace(config, worker=worker(self.kafka, _GROUP))

    def ops(self, at_least=None):
        """(op, id) -> number of records with it; without a number, what is there."""
        return Counter((op, key["id"]) for op, key, _ in self.topics.ops(self.tables, at_least))

    def big_transaction(self, before, rows, after):
        """before; many rows at once; after"""
        values = ",".join(f"({n}, 'big')" for n in rows)
        self.db.sql(f"BEGIN; {before}; INSERT INTO t (id, v) VALUES {values}; {after}; COMMIT")


@pytest.fixture
def connection(connect, kafka, database):
    made = Takeover(connect, kafka, database)
    yield made
    print(connect.log[-20000:])  # for a test that failed
    made.rest.delete(f"/connectors/{database.name}")
    if database.server.kind != "postgres" and database.query("XA RECOVER"):
        database.sql("XA ROLLBACK 'x'")  # of a test that failed: snapshots would wait for it


def _created(*ids):
    return Counter(("c", n) for n in ids)


def test_there_and_back(connection):
    """Debezium, stopped inside a transaction; tailrace; Debezium, inside another; tailrace."""
    db = connection.db
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY);"
           "INSERT INTO t VALUES (1, 'snapshot'), (2, 'snapshot')")
    connection.debezium()
    expected = connection.ops(2)
    assert expected == Counter({("r", 1): 1, ("r", 2): 1})
    db.sql("INSERT INTO t VALUES (3, 'stream'); INSERT INTO u VALUES (4)")
    if db.server.kind != "postgres":  # Debezium writes its rows now, tailrace not once more
        db.sql("XA START 'x'; INSERT INTO u VALUES (9); XA END 'x'; XA PREPARE 'x'")
        expected += _created(9)
    connection.big_transaction("INSERT INTO u VALUES (5)", _LONG, "INSERT INTO u VALUES (6)")
    expected += _created(3, 4, 5, *_LONG, 6)
    connection.ops(300)
    connection.stop_debezium()
    assert len(connection.ops()) < len(expected), "it was not stopped inside the transaction"

    with connection.tailrace() as engine:
        engine.wait_streaming()
        assert connection.ops(len(expected)) == expected
        if db.server.kind != "postgres":
            db.sql("XA COMMIT 'x'")
        db.sql("ALTER TABLE t ADD w int; INSERT INTO t VALUES (7, 'tailrace', 1)")
        db.sql("UPDATE u SET id = 40 WHERE id = 4; DELETE FROM t WHERE id = 3")
        expected += _created(7, 40) + Counter([("d", 4), ("t", 4), ("d", 3), ("t", 3)])
        assert connection.ops(expected.total()) == expected
        assert engine.stop() == 0

    db.sql("INSERT INTO t VALUES (8, 'in between', 2)")
    if db.server.kind != "postgres":
        connection.config["snapshot.mode"] = "recovery"  # of its schema history
    connection.debezium()
    expected += _created(8)
    assert connection.ops(expected.total()) == expected
    db.sql("ALTER TABLE t DROP w")
    more = range(_LONG.stop, _LONG.stop + len(_LONG))
    connection.big_transaction("UPDATE u SET id = 4 WHERE id = 40", more,
                               "DELETE FROM u WHERE id = 6")
    connection.ops(expected.total() + 300)
    connection.stop_debezium()

    connection.config["snapshot.mode"] = "initial"
    with connection.tailrace() as engine:
        engine.wait_streaming()
        expected += _created(4, *more) + Counter([("d", 40), ("t", 40), ("d", 6), ("t", 6)])
        assert connection.ops(expected.total()) == expected


@pytest.mark.parametrize("database", ["pg", "mysql"], indirect=True)
def test_an_unfinished_snapshot(connection):
    """is taken again, as Debezium itself would; what the log has since its beginning follows."""
    db, many = connection.db, range(1001, 61001)  # more than Debezium has read when it is stopped
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY)")
    connection.big_transaction("INSERT INTO u VALUES (1)", many, "INSERT INTO u VALUES (2)")
    connection.debezium()
    connection.ops(300)
    connection.stop_debezium()
    first = connection.ops()
    assert len(first) < len(many), "it was not stopped inside the snapshot"
    db.sql("INSERT INTO t VALUES (3, 'in between'); DELETE FROM t WHERE id = 1001")
    expected = Counter(("r", n) for n in [1, 2, 3, *many[1:]]) + _created(3, 4)
    expected += first + Counter([("d", 1001), ("t", 1001)])
    with connection.tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (4, 'stream')")
        assert connection.ops(expected.total()) == expected


@pytest.mark.parametrize("database", ["pg", "mysql"], indirect=True)
def test_back_from_inside_a_large_transaction(connection, kafka):
    """Nothing is lost. For PostgreSQL Debezium begins the transaction anew. tailrace fails inside
    it, because a row is too large for the producer."""
    db = connection.db
    postgres = db.server.kind == "postgres"
    kafka.create_topic(f"{db.name}.{'public' if postgres else db.name}.t",
                       max_message_bytes=4_000_000)
    db.sql(f"CREATE TABLE t (id int PRIMARY KEY, v {'text' if postgres else 'mediumtext'});"
           "CREATE TABLE u (id int PRIMARY KEY)")
    connection.config["transaction.max.bytes"] = 65536
    wide = "INSERT INTO t SELECT 2, repeat('w', 1500000)"
    with connection.tailrace() as engine:
        engine.wait_streaming()
        connection.big_transaction("INSERT INTO u VALUES (1)", _BIG,
                                   f"{wide}; INSERT INTO u VALUES (3)")
        engine.wait_log("state=FAILED")
        engine.stop()
    written = connection.ops()
    assert 0 < len(written) <= 1 + len(_BIG)
    connection.config["producer.override.max.request.size"] = "4000000"
    if not postgres:
        connection.config["snapshot.mode"] = "recovery"  # of its schema history
    connection.debezium()
    expected = _created(1, *_BIG, 2, 3)
    if postgres:
        expected += written
    assert connection.ops(expected.total()) == expected
