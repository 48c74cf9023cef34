"""What surrounds tailrace goes away and comes back; tailrace itself stays."""

import random
import time

from stage import Stage, rounds, seed


def test_the_broker_is_killed():
    number = seed()
    rng = random.Random(number)
    with Stage() as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(number, threads=2, pause=0.02):
                for _ in range(rounds(2)):
                    before = stage.confirmed()
                    time.sleep(1 + rng.random())
                    stage.kafka.kill9()
                    time.sleep(2 * rng.random())
                    stage.kafka.start()
                    _wait_moved(stage, before)
            stage.wait_caught_up(120)
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
            stage.wait_caught_up(120)
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


def _wait_moved(stage, before):
    """Writing goes on: the slot is confirmed beyond where it was."""
    deadline = time.monotonic() + 60
    while stage.confirmed() == before:
        assert time.monotonic() < deadline, f"still confirmed up to {before} only"
        time.sleep(0.2)
