"""The newest server that the bed has: the same things, and what only it can do."""

import pytest

from bed import Tailrace, connector, wait_until, worker


@pytest.fixture
def newer(db17, kafka, name):
    def make(**changes):
        return Tailrace(connector(db17, **changes), worker=worker(kafka, group=name))

    return make


def _read(kafka, db, count=None):
    records = kafka.consume(f"{db.name}.public.t", count)
    return [(r.json["op"], r.key_json["id"]) for r in records if r.value]


def test_snapshot_and_stream(newer, kafka, db17):
    db17.sql("CREATE TABLE t (id int PRIMARY KEY, v text);"
             "INSERT INTO t SELECT generate_series(1, 20000)")
    with newer(snapshot_max_threads=3, snapshot_fetch_size=1000) as engine:
        engine.wait_streaming()
        db17.sql("UPDATE t SET v = 'a' WHERE id = 1; DELETE FROM t WHERE id = 2")
        db17.sql("ALTER TABLE t ADD w int; INSERT INTO t VALUES (0, 'b', 1)")
        records = _read(kafka, db17, 20_004)
        assert len(set(records[:20_000])) == 20_000
        assert records[20_000:] == [("u", 1), ("d", 2), ("c", 0)]


def test_killed_and_started_again(newer, kafka, db17):
    db17.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with newer() as engine:
        engine.wait_streaming()
        for number in range(5):
            db17.sql(f"INSERT INTO t SELECT generate_series({number * 1000 + 1}, "
                     f"{number * 1000 + 1000})")
            engine.kill9()
            engine.start()
        assert _read(kafka, db17, 5000) == [("c", i) for i in range(1, 5001)]
        engine.wait_streaming()
        assert len(_read(kafka, db17)) == 5000


def test_failover_slot(newer, db17):
    db17.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with newer(slot_failover="true") as engine:
        engine.wait_streaming()
        assert db17.value("SELECT failover FROM pg_replication_slots WHERE slot_name = %s",
                          db17.name)


def test_failover_slot_needs_17(tailrace, db, fails):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    error = fails(tailrace(slot_failover="true"))
    assert "slot.failover" in error and "17" in error


def test_slot_gone(newer, kafka, db17):
    db17.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with newer() as engine:
        engine.wait_streaming()
        _read(kafka, db17, 1)
        engine.stop()
        wait_until(lambda: not db17.value("SELECT active FROM pg_replication_slots "
                                          "WHERE slot_name = %s", db17.name))
        db17.sql("SELECT pg_drop_replication_slot(%s)", db17.name)
        engine.start()
        assert engine.wait() == 1
        assert "is missing" in engine.log and "when_needed" in engine.log


def test_check(newer, db17):
    db17.sql("CREATE TABLE t (id int PRIMARY KEY)")
    engine = newer()
    engine.command = "check"
    done = engine.run()
    assert done.returncode == 0, done.stdout
    assert "PostgreSQL 17" in done.stdout
