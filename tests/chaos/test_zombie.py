"""A process that was frozen, and replaced meanwhile, must not write when it wakes up."""

import signal
import time

import pytest
from bed import wait_until
from stage import Stage, seed

_TIMEOUT = 4  # seconds that a transaction may last, where a test waits for it


def test_a_frozen_instance_is_fenced():
    """In the middle of its work: it learns at once that its epoch is over."""
    with Stage() as stage:
        with stage.tailrace() as old, stage.tailrace_later() as new:
            old.wait_streaming()
            with stage.writers(seed()):
                time.sleep(1)
                old.process.send(signal.SIGSTOP)
                _take_over(stage, new)
                _wake(old)
            _caught_up(stage, new)
        stage.verdict()


@pytest.mark.parametrize("make_stage, rows", [
    ("postgres", 2000), ("mysql", 2000), ("mariadb", 2000), ("postgres", 150_000)],
    indirect=["make_stage"])
def test_frozen_beyond_the_transaction_timeout(make_stage, rows):
    """In the stream, or in the snapshot. Kafka has ended its transaction, as it does with anybody's
    that lasts too long; that is no reason to take the source back."""
    with _patient(make_stage, rows=rows, proxied=rows > 2000) as stage:
        for network in stage.networks[:1]:
            network.slow(2_000_000)  # some seconds for the snapshot's 10 MB, on any machine
        with stage.tailrace() as old, stage.tailrace_later() as new:
            _wait_at_work(old, snapshot=rows > 2000)
            with stage.writers(seed(), threads=2):
                time.sleep(0.3)
                old.process.send(signal.SIGSTOP)
                since = time.monotonic()
                for network in stage.networks[:1]:
                    network.flow()
                _take_over(stage, new)
                wait_until(lambda: time.monotonic() > since + _TIMEOUT + 1)
                _wake(old)
            _caught_up(stage, new)
        stage.verdict(resumed=rows > 2000)


def test_a_second_instance_takes_over_from_one_that_works():
    """Both are alive and well: the newer one wins, the older one says so and ends."""
    with Stage() as stage:
        with stage.tailrace() as old, stage.tailrace_later() as new:
            old.wait_streaming()
            with stage.writers(seed(), threads=2):
                time.sleep(0.5)
                new.start()
                said = old.wait_log(r"state=FAILED.*error=\"(.*)\"").group(1)
                new.wait_streaming()
            assert "fenced" in said, said
            _caught_up(stage, new)
        stage.verdict()


def _patient(make_stage, **options):
    """Kafka ends what is open after _TIMEOUT, and looks often."""
    return make_stage(
        kafka_settings={"transaction.abort.timed.out.transaction.cleanup.interval.ms": 500},
        worker_changes={"producer_transaction_timeout_ms": _TIMEOUT * 1000}, **options)


def _wait_at_work(old, snapshot):
    if snapshot:
        old.wait_log("reading a snapshot")
    else:
        old.wait_streaming()


def _take_over(stage, new):
    before = stage.confirmed()
    new.start()
    new.wait_streaming()
    wait_until(lambda: stage.confirmed() != before, what="the new instance to go on")


def _wake(old):
    old.process.send(signal.SIGCONT)
    said = old.wait_log(r"state=FAILED.*error=\"(.*)\"").group(1)
    assert old.wait() == 1
    assert "fenced" in said and "shop" in said, said


def _caught_up(stage, new):
    stage.wait_caught_up()
    assert new.alive() and new.state() == "RUNNING"
