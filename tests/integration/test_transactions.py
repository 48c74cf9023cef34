"""How source transactions become Kafka transactions, and when the log is released."""

import time

import pytest

from bed import Kafka, Postgres, Tailrace, connector, wait_until, worker


def test_an_idle_table_does_not_hold_wal(tailrace, topics, db):
    """Others write, and none of it is captured: the slot moves on all the same."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE other (id int)")
    with tailrace(table_include_list="public.t") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (1)")
        topics.records("public.t", 1)
        for _ in range(2):
            db.sql("INSERT INTO other SELECT generate_series(1, 20000)")
            end = db.value("SELECT pg_current_wal_lsn()")
            wait_until(lambda end=end: _confirmed(db, end), what=f"the slot to pass {end}")
        assert len(topics.records("public.t")) == 1


def test_another_database_that_writes_does_not_hold_wal(tailrace, pg, db, name):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine, pg.database(f"o_{name}") as other:
        engine.wait_streaming()
        other.sql("CREATE TABLE t AS SELECT generate_series(1, 20000)")
        end = db.value("SELECT pg_current_wal_lsn()")
        wait_until(lambda: _confirmed(db, end), what=f"the slot to pass {end}")


def test_the_slot_is_never_ahead_of_the_position(tailrace, positions, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE other (id int)")
    with tailrace(table_include_list="public.t") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO other SELECT generate_series(1, 20000)")
        db.sql("INSERT INTO t VALUES (1)")
        end = db.value("SELECT pg_current_wal_lsn()")
        wait_until(lambda: _confirmed(db, end))
        confirmed = db.value("SELECT (confirmed_flush_lsn - '0/0')::bigint "
                             "FROM pg_replication_slots WHERE slot_name = %s", db.name)
        assert positions()[-1]["tailrace_resume_lsn"] >= confirmed


def test_a_large_transaction_is_one_kafka_transaction(tailrace, topics, db):
    """200,000 rows: consumers see all or nothing, and memory stays small."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 200000) i")
        records = topics.records("public.t", 200_000)
        assert [record.offset for record in records] == list(range(200_000)), "a marker between"
        assert [record.key for record in records[:2]] == [b'{"id":1}', b'{"id":2}']
        assert _sanitized(engine.pid) or _peak_mib(engine.pid) <= 160


def test_many_transactions_share_one_kafka_transaction(tailrace, topics, positions, db):
    """What has piled up is committed in groups."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        engine.stop()
        db.psql("\n".join(f"INSERT INTO t VALUES ({i});" for i in range(2000)))
        before = len(positions())
        engine.start()
        topics.records("public.t", 2000)
        assert len(positions()) - before < 200


def test_positions_count_the_transactions(tailrace, topics, positions, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        for number in range(5):
            db.sql("INSERT INTO t VALUES (%s)", number)
            topics.records("public.t", number + 1)
        numbers = [position["tailrace_transaction"] for position in positions()]
        assert len(numbers) >= 5 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize("kills", [1, 3])
def test_at_least_once_loses_nothing(tailrace, topics, db, kills):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace(set_worker={"exactly_once_source_support": "disabled"}) as engine:
        engine.wait_streaming()
        for number in range(kills):
            first = number * 2000
            db.sql(f"INSERT INTO t SELECT generate_series({first}, {first + 1999})")
            engine.kill9()
            engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (-1)")
        with topics.reader("public.t") as reader:
            records = reader.wait(lambda seen: seen and seen[-1].key_json == {"id": -1})
        assert {record.key_json["id"] for record in records} == set(range(-1, kills * 2000))


def test_an_open_transaction_delays_the_slot_and_says_so(kafka, name):
    """A slot can be made only when every transaction that was writing has ended."""
    with Postgres() as pg, pg.database(name) as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY)")
        writing = db.connect(autocommit=False)
        writing.cursor().execute("INSERT INTO t VALUES (1)")
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            said = engine.wait_log("waits for an open transaction.*").group()
            assert f"pid={writing.info.backend_pid}" in said and "INSERT INTO t" in said
            writing.commit()
            engine.wait_streaming()
        writing.close()
        assert [r.json["op"] for r in kafka.consume(f"{name}.public.t", 1)] == ["r"]


def test_the_server_hears_from_us_while_kafka_is_stuck(name):
    """More is waiting than fits into memory, and nothing goes out: still no walsender times out,
    and all of it arrives."""
    with Postgres(wal_sender_timeout="4s") as pg, Kafka() as kafka, pg.database(name) as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
        with Tailrace(connector(db, memory_limit=16 << 20), worker=worker(kafka, group=name)) \
                as engine:
            engine.wait_streaming()
            walsender = _walsender(db)
            kafka.freeze()
            db.sql("INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(1, 60000) i")
            time.sleep(9)  # two timeouts
            assert _walsender(db) == walsender
            kafka.thaw()
            records = kafka.consume(f"{name}.public.t", 60_000)
            assert len({record.key for record in records}) == 60_000
            assert "RESTARTING" not in engine.log


def _walsender(db):
    return db.value("SELECT active_pid FROM pg_replication_slots WHERE slot_name = %s", db.name)


def _confirmed(db, lsn):
    return db.value("SELECT confirmed_flush_lsn >= %s FROM pg_replication_slots "
                    "WHERE slot_name = %s", lsn, db.name)


def _sanitized(pid):
    """A sanitizer's shadow memory says nothing about ours."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        return any("libasan" in line or "libtsan" in line for line in maps)


def _peak_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        (line,) = [line for line in status if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024
