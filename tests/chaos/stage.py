"""A database with its ledger, a Kafka, a tailrace between them, and the verdict at the end."""

import os
import random
import time
from contextlib import ExitStack, contextmanager

from bed import Kafka, Postgres, Tailrace, connector, wait_until, worker
from checker import Check, parse, summary
from ledger import TABLES, Book

_NAME = "shop"
_OFFSETS = "tailrace-offsets"


def seed():
    """Printed, so that a failure can be played again: SEED=… make chaos."""
    number = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={number}")
    return number


def rounds(default):
    return int(os.environ.get("ROUNDS") or default)


class Stage:
    """`with Stage(rows=…) as stage:`. `kafka_settings` are the broker's, `changes` the
    connector's (see bed.connector)."""

    def __init__(self, rows=2000, kafka_settings=None, worker_changes=None, **changes):
        self._rows = rows
        self.pg = Postgres(max_slot_wal_keep_size="-1")
        self.kafka = Kafka(**{"log.cleaner.enable": "false", **(kafka_settings or {})})
        self._worker_changes = worker_changes or {}
        self._changes = changes
        self._exit = ExitStack()

    def __enter__(self):
        with self._exit:
            self._exit.enter_context(self.pg)
            self._exit.enter_context(self.kafka)
            self.db = self.pg.database(_NAME)
            self.book = Book(self.db)
            self.book.open(self._rows)
            self._exit = self._exit.pop_all()
        return self

    def __exit__(self, *args):
        return self._exit.__exit__(*args)

    def tailrace(self):
        """A new instance, not started; every one takes the same connector."""
        config = connector(self.db, _NAME, **{
            "table_include_list": r"shop\..*",
            "topic_creation_default_partitions": 3,
            "topic_creation_default_replication_factor": 1,
            "retriable_restart_connector_wait_ms": 1000,
            "snapshot_max_threads": 2,
            "snapshot_fetch_size": 2000,
            **self._changes})
        return Tailrace(config, worker=worker(self.kafka, offset_storage_topic=_OFFSETS,
                                              **self._worker_changes))

    @contextmanager
    def tailrace_later(self):
        """One for a `with` that starts it by hand; stopped at the end if it was."""
        with ExitStack() as stack:
            tailrace = self.tailrace()
            stack.push(tailrace)
            yield tailrace

    def wait_caught_up(self, timeout=60):
        """Until everything that was written before this call is committed in Kafka."""
        end = self.db.value("SELECT pg_current_wal_insert_lsn()")
        wait_until(lambda: self.db.value(
            "SELECT coalesce(bool_and(confirmed_flush_lsn >= %s), false) "
            "FROM pg_replication_slots WHERE slot_name = %s", end, _NAME),
            timeout, f"the slot to be confirmed up to {end}", pause=0.2)

    def confirmed(self):
        return self.db.value("SELECT confirmed_flush_lsn::text FROM pg_replication_slots "
                             "WHERE slot_name = %s", _NAME)

    def events(self):
        records = self.kafka.consume(rf"{_NAME}\.shop\..*", timeout=120)
        return [parse(record, TABLES) for record in records]

    def positions(self):
        """Every committed position record, in order."""
        return [record.json for record in self.kafka.consume(_OFFSETS)
                if record.value is not None and record.key_json[0] == _NAME]

    def verdict(self):
        """Fails if anything is wrong; returns the check, for its counts."""
        started = time.monotonic()
        events = self.events()
        check = Check(events, self.book.read(), self.book.tables(), self.positions())
        findings = check.run()
        repeats = check.snapshot_repeats
        print(f"{len(events)} records, {len(check.placed)} changes in "
              f"{len(check.ledger.commits)} source transactions, {len(check.positions)} Kafka "
              f"transactions, {repeats} snapshot rows repeated, "
              f"checked in {time.monotonic() - started:.1f} s")
        assert not findings, "\n" + summary(findings)
        return check
