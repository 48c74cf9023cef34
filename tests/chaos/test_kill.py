"""SIGKILL at random moments, with a load on the database: in the snapshot and in the stream."""

import random
import time
from collections import Counter

from bed import wait_until
from stage import rounds, seed

_SNAPSHOT_ROWS = 150_000
_RATE = 2_000_000  # bytes a second: of more than 8 MB, the first three lives read less than 3
_LOAD = 25  # transactions for each kill


def test_killed_in_the_snapshot(make_stage):
    """Each life goes on where the one before was killed: the first in the slot's snapshot, those
    that follow beside the stream. No row is read twice."""
    number = seed()
    rng = random.Random(number)
    with make_stage(rows=_SNAPSHOT_ROWS, proxied=True) as stage:
        stage.networks[0].slow(_RATE)
        with stage.tailrace() as tailrace:
            with stage.writers(number):
                kills, streaming = 0, False
                while kills < rounds(8) and not streaming:
                    # No machine ends the snapshot in the first lives, and each is a little longer.
                    streaming = _streams_within(tailrace, 0.1 + kills * 0.15 + rng.random() * 0.2)
                    if not streaming:
                        tailrace.kill9()
                        kills += 1
                        tailrace.start()
                stage.networks[0].flow()
                print(f"{kills} kills in the snapshot")
                assert kills >= 3, "the snapshot ended too early for this test to say anything"
                if not streaming:
                    tailrace.wait_streaming()
            stage.wait_caught_up()
        stage.verdict(resumed=stage.resumes)


def test_killed_in_the_stream(make_stage):
    number = seed()
    rng = random.Random(number)
    with make_stage() as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(number) as writers:
                for kill in range(rounds(stage.kills)):
                    # Some die before they have said a word, some after many transactions.
                    time.sleep(rng.choice([0.3, 1, 3]) * rng.random())
                    # Where the database is slow, the load isn't left behind.
                    wait_until(lambda load=2 * _LOAD * kill: writers.transactions > load,
                               what="the writers to keep up with the kills")
                    tailrace.kill9()
                    tailrace.start()
                    stage.book.turn_page()
                    if rng.random() < 0.7:
                        tailrace.wait_streaming()
            stage.wait_caught_up()
        check = stage.verdict()
        assert check.snapshot_repeats == 0
        assert len(check.ledger.commits) > _LOAD * stage.kills, \
            "too little load for this test to say anything"


def test_killed_in_large_transactions(make_stage):
    """Those go out in parts, small ones never; and no part comes twice."""
    number = seed()
    rng = random.Random(number)
    with make_stage(transaction_max_bytes=65536) as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(number, large=0.1):
                for _ in range(rounds(4)):
                    tailrace.wait_log("too large for one of Kafka's")
                    time.sleep(0.2 * rng.random())
                    tailrace.kill9()
                    tailrace.start()
            stage.wait_caught_up()
        check = stage.verdict()
        changes = Counter(change.xid for change in check.ledger.changes)
        assert check.split
        assert all(changes[xid] > 100 for xid in check.split), "a small transaction was split"


def _streams_within(tailrace, seconds):
    try:
        tailrace.wait_streaming(seconds)
    except TimeoutError:
        return False
    return True
