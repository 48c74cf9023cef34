"""What surrounds tailrace goes away and comes back; tailrace itself stays."""

import itertools
import random
import time

from stage import Stage, rounds, seed

from bed import Kafka, Postgres, Rest, Tailrace, connector, wait_until, worker
from bed.metrics import Metrics
from bed.ports import free_port


def test_the_broker_is_killed():
    number = seed()
    rng = random.Random(number)
    with Stage() as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(number, threads=2, pause=0.02):
                for _ in range(rounds(2)):
                    time.sleep(1 + rng.random())
                    stage.kafka.kill9()
                    time.sleep(2 * rng.random())
                    before = stage.confirmed()
                    stage.kafka.start()
                    _wait_moved(stage, before)
            stage.wait_caught_up()
            assert tailrace.alive() and tailrace.state() == "RUNNING"
        stage.verdict()


def test_the_broker_is_frozen_beyond_the_transaction_timeout():
    """The coordinator aborts what was open; a commit that it answers late is resolved, not
    repeated."""
    number = seed()
    changes = {"producer_transaction_timeout_ms": 3000}
    with Stage(kafka_settings={"transaction.abort.timed.out.transaction.cleanup.interval.ms": 500},
               worker_changes=changes) as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(number, threads=2, pause=0.02):
                for _ in range(rounds(1)):
                    time.sleep(1)
                    stage.kafka.freeze()
                    time.sleep(6)
                    stage.kafka.thaw()
            stage.wait_caught_up()
        stage.verdict()


def test_the_database_goes_away(make_stage):
    number = seed()
    rng = random.Random(number)
    with make_stage() as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(number, threads=2, pause=0.005):
                for round_ in range(rounds(3)):
                    time.sleep(0.5 + rng.random())
                    stage.book.turn_page()
                    [stage.cut_off, stage.server.restart, stage.crash][round_ % 3]()
                    tailrace.wait_log(r"state=RESTARTING\b")
                    tailrace.wait_streaming()
            stage.wait_caught_up()
            assert tailrace.alive() and tailrace.state() == "RUNNING"
        stage.verdict()


def test_kafka_is_away_until_the_slot_has_lost_its_log():
    """The log that waits for Kafka is bounded as the server is told, and the metrics say how much
    of it is left; what is lost in the end is refused, and no new slot hides it."""
    port = free_port()
    rest = Rest(port)
    with Postgres(max_slot_wal_keep_size="48MB", min_wal_size="32MB", max_wal_size="32MB") as pg, \
            Kafka() as kafka, pg.database("shop") as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        settings = worker(kafka, listeners=f"http://127.0.0.1:{port}")

        def slot_bytes(what):
            return Metrics(rest.get("/metrics").text).value(
                f"tailrace_postgresql_slot_{what}_bytes", connector=db.name)

        def write(ids, segments):
            for number in ids:
                db.sql("INSERT INTO t VALUES (%s)", number)
            for _ in range(segments):
                db.sql("SELECT pg_switch_wal()")
                db.sql("INSERT INTO t VALUES (-%s)", next(fillers))

        fillers = itertools.count(1)
        with Tailrace(connector(db), worker=settings) as engine:
            engine.wait_streaming()
            wait_until(lambda: slot_bytes("safe"))
            safe = slot_bytes("safe")
            kafka.freeze()
            write([2], 2)
            wait_until(lambda: (slot_bytes("retained") or 0) > 16 << 20)
            assert slot_bytes("safe") < safe
            wait_until(lambda: _lost(db, write))
            db.sql("INSERT INTO t VALUES (3)")
            kafka.thaw()
            assert engine.wait() == 1
            assert "is lost" in engine.log and "max_slot_wal_keep_size" in engine.log
            assert engine.log.count("reading a snapshot") == 1
            ids = [record.key_json["id"] for record in kafka.consume("shop.public.t")]
            assert ids[:2] == [1, 2] and 3 not in ids and len(set(ids)) == len(ids)
        assert db.query("SELECT wal_status FROM pg_replication_slots") == [("lost",)]


def _lost(db, write):
    """Nobody may still hold the slot."""
    write([], 1)
    db.sql("CHECKPOINT")
    return db.value("SELECT wal_status = 'lost' AND NOT active FROM pg_replication_slots")


def _wait_moved(stage, before):
    """Writing goes on: the slot is confirmed beyond where it was."""
    wait_until(lambda: stage.confirmed() != before, what=f"more than {before} to be confirmed")
