"""SIGKILL while snapshots that signals ask for run beside the load: incremental, and blocking."""

import os
import random
import time

import pytest
from bed import wait_until
from stage import NOTIFICATIONS, rounds, seed

_ROWS = 6_000
#: MariaDB says itself where a snapshot is in the log: the long runs are enough for it.
_STAGES = ["postgres", "mysql", *(["mariadb"] if "ROUNDS" in os.environ else [])]


@pytest.mark.parametrize("make_stage", _STAGES, indirect=True)
def test_killed_in_snapshots_of_signals(make_stage):
    """Each goes on by itself. An incremental one reads every row once, unless the stream tells it
    in full, and no row is older than what was said of it before; a blocking one begins again."""
    number = seed()
    rng = random.Random(number)
    with _stage(make_stage) as stage:
        with stage.tailrace() as tailrace:
            tailrace.wait_streaming()
            with stage.writers(number):
                asked = _ask_for(stage, [])
                for kill in range(rounds(4)):
                    if kill % 3 == 2:
                        stage.signal(f"blocking-{kill}", "blocking")
                    time.sleep(rng.random() * rng.choice([0.3, 1.5]))
                    tailrace.kill9()
                    tailrace.start()
                    stage.book.turn_page()
                    if rng.random() < 0.7:
                        tailrace.wait_streaming()
                    asked = _ask_for(stage, asked)
                wait_until(lambda: stage.completed() == asked, 120, "the snapshots' end", pause=0.3)
            stage.wait_caught_up()
        stage.verdict(incremental=len(asked), blocking=rounds(4) // 3)
        print(f"{len(asked)} incremental snapshots")


def _ask_for(stage, asked):
    """One more, if all are done."""
    if stage.completed() != asked:
        return asked
    stage.signal(f"incremental-{len(asked):03}", "incremental")
    return [*asked, f"incremental-{len(asked):03}"]


def _stage(make_stage):
    return make_stage(rows=_ROWS, **{
        "snapshot_mode": "no_data",
        "signal_data_collection": make_stage.signals,
        "incremental_snapshot_chunk_size": 200,
        "notification_enabled_channels": "sink",
        "notification_sink_topic_name": NOTIFICATIONS})
