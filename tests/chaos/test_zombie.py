"""A process that was frozen, and replaced meanwhile, must not write when it wakes up."""

import signal
import time

from bed import wait_until
from stage import Stage, seed


def test_a_frozen_instance_is_fenced():
    number = seed()
    with Stage() as stage:
        with stage.tailrace() as old, stage.tailrace_later() as new:
            old.wait_streaming()
            with stage.writers(number):
                time.sleep(1)
                old.process.send(signal.SIGSTOP)
                before = stage.confirmed()
                new.start()
                new.wait_streaming()
                wait_until(lambda: stage.confirmed() != before, 30, "the new instance to go on")
                old.process.send(signal.SIGCONT)
                said = old.wait_log(r"state=FAILED.*error=\"(.*)\"").group(1)
            assert old.wait(30) == 1
            assert "fenced" in said and "shop" in said, said
            stage.wait_caught_up()
            assert new.alive() and new.state() == "RUNNING"
        stage.verdict()


def test_a_second_instance_takes_over_from_one_that_works():
    """Both are alive and well: the newer one wins, the older one says so and ends."""
    number = seed()
    with Stage() as stage:
        with stage.tailrace() as old, stage.tailrace_later() as new:
            old.wait_streaming()
            with stage.writers(number, threads=2):
                time.sleep(0.5)
                new.start()
                said = old.wait_log(r"state=FAILED.*error=\"(.*)\"").group(1)
                new.wait_streaming()
            assert "fenced" in said, said
            stage.wait_caught_up()
        stage.verdict()
