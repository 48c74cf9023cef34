"""One run of the chaos runner: a stage, a schedule of faults drawn from the seed, the verdict.

The schedule is the seed's alone. What meets what is the machine's: played again, a round has the
same fault after the same time, but not at the same record.
"""

import random
import shutil
import tempfile
import time
from collections import Counter, namedtuple
from contextlib import ExitStack
from pathlib import Path

from bed import wait_until
from faults import FAULTS, TRANSACTION_TIMEOUT
from stage import NOTIFICATIONS
from watcher import Watcher

LENGTH = 20  # rounds; then the servers, the tables and the book are made anew
_SNAPSHOT_ROUNDS = 8  # of a run at most: a snapshot that is always killed never ends
_ROWS = (60_000, 6_000, 150_000)
_ASK_BELOW = 10_000  # rows: with that many an incremental snapshot ends within a few rounds
_PROMPT = 2  # seconds; what takes longer is told
_RECOVERY = 120  # seconds, for a machine with much else to do

#: After `pause` comes the fault; `wait`: the next one not before something new was committed.
Round = namedtuple("Round", "fault number pause wait")


class Tally:
    """What a database has been through."""

    def __init__(self):
        self.rounds = self.records = self.changes = self.transactions = self.repeats = 0
        self.in_snapshots = 0
        self.faults = Counter()
        self.recoveries = []  # (fault, seconds)

    def add(self, check, records):
        self.records += records
        self.changes += len(check.placed)
        self.transactions += len(check.ledger.commits)
        self.repeats += check.snapshot_repeats


def schedule(rng, rounds):
    names, weights = list(FAULTS), [fault.weight for fault in FAULTS.values()]
    return [Round(rng.choices(names, weights)[0], rng.random(),
                  rng.choice([0.3, 1, 2]) * rng.random(), rng.random() < 0.7)
            for _ in range(rounds)]


class Run:
    def __init__(self, make_stage, seed, index, rounds, tally):
        self._seed = f"{seed}/{index}"
        self._rounds = schedule(random.Random(self._seed), rounds)
        self._rows = _ROWS[index % len(_ROWS)]
        self._tally = tally
        self._exit = ExitStack()
        self._now = "before the first round"
        self._folders, self._asked, self._read = [], [], False
        self.stage = make_stage(
            rows=self._rows, proxied=True,
            kafka_settings={"transaction.abort.timed.out.transaction.cleanup.interval.ms": 500},
            worker_changes={"producer_transaction_timeout_ms": TRANSACTION_TIMEOUT * 1000},
            signal_data_collection=make_stage.signals,
            incremental_snapshot_chunk_size=200,
            snapshot_tables_order_by_row_count="descending",  # not the order of their names
            notification_enabled_channels="sink",
            notification_sink_topic_name=NOTIFICATIONS)
        self.tailrace = self._watcher = None

    def play(self):
        with self._exit:
            self._exit.enter_context(self.stage)
            try:
                self._play()
            except BaseException:
                self._keep()
                raise

    def replace(self):
        """A new instance is the one that counts; the old one is still there."""
        self.tailrace = self._exit.enter_context(self.stage.tailrace())
        self._folders.append(self.tailrace.folder)

    def wait_committed(self, since):
        """When something was seen that was written after `since`; both in seconds since 1970."""
        def seen():
            assert self.tailrace.state() != "FAILED", "tailrace has failed"
            assert self.tailrace.alive(), "tailrace has ended"
            return self._watcher.seen(since)

        return wait_until(seen, _RECOVERY, "something new in Kafka", pause=0.02)

    # Inside

    def _play(self):
        with Watcher(self.stage.kafka) as self._watcher:
            self.replace()
            with self.stage.writers(self._seed):
                for number, round_ in enumerate(self._rounds):
                    self._now = f"round {number}: {round_}"
                    self._play_round(number, round_)
                self._now = "the end"
                wait_until(self._is_read, _RECOVERY, "the snapshot's end", pause=0.3)
                self.wait_committed(time.time())
                wait_until(lambda: self.stage.completed() == self._asked, _RECOVERY,
                           "the incremental snapshots' end", pause=0.3)
            self.stage.wait_caught_up(_RECOVERY)
        if self._asked or not self.stage.resumes:
            check = self.stage.verdict(initial=True, incremental=len(self._asked))
        else:
            check = self.stage.verdict(resumed=True)
        self._tally.add(check, check.records)

    def _play_round(self, number, round_):
        reading = not self._is_read()
        if reading and number == _SNAPSHOT_ROUNDS:
            wait_until(self._is_read, _RECOVERY, "the snapshot's end", pause=0.3)
            reading = False
        if round_.fault == "zombie":  # it has to have been the owner
            self.wait_committed(time.time())
        time.sleep(0.1 + number * 0.1 + round_.pause / 4 if reading else round_.pause)
        self._tally.in_snapshots += reading
        FAULTS[round_.fault].act(self, round_.number)
        since = time.time()
        self._tally.rounds += 1
        self._tally.faults[round_.fault] += 1
        self.stage.book.turn_page()
        if round_.wait:
            seconds = self.wait_committed(since) - since
            self._tally.recoveries.append((round_.fault, seconds))
            if seconds > _PROMPT:
                print(f"seed {self._seed}, {self._now}: {seconds:.1f} s to recover from "
                      f"{time.strftime('%H:%M:%SZ', time.gmtime(since))}")
            self._ask()

    def _is_read(self):
        """The initial snapshot, all of it."""
        self._read = self._read or bool(self.stage.completed("Initial Snapshot"))
        return self._read

    def _ask(self):
        """For one more incremental snapshot, if the one before is done."""
        if self._rows < _ASK_BELOW and self._is_read() \
                and self.stage.completed() == self._asked:
            self._asked.append(f"incremental-{len(self._asked):03}")
            self.stage.signal(self._asked[-1], "incremental")

    def _keep(self):
        folder = Path(tempfile.mkdtemp(prefix="tailrace-chaos-"))
        print(f"seed {self._seed}, {self._now}; logs in {folder}")
        for source in (*self._folders, self.stage.server.folder, self.stage.kafka.folder):
            for log in [*source.glob("*.log"), *source.glob("log"), *source.glob("*.json")]:
                shutil.copy(log, folder / f"{source.name}-{log.name}")
