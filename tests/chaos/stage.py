"""A database with its ledger, a Kafka, a tailrace between them, and the verdict at the end."""

import json
import os
import random
import time
from contextlib import ExitStack, contextmanager

from bed import Kafka, Postgres, Proxy, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP
from checker import BesideCheck, Check, ResumedCheck, parse, summary
from ledger import TABLES, Book
from writer import Writers

NAME = "shop"
NOTIFICATIONS = "notifications"
OFFSETS = "tailrace-offsets"
_CAPTURED = rf"shop\.({'|'.join(TABLES)})"


def seed():
    """Printed, so that a failure can be played again: SEED=… make chaos."""
    number = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={number}")
    return number


def rounds(default):
    return int(os.environ.get("ROUNDS") or default)


class Stage:
    """`with Stage(rows=…) as stage:`. `kafka_settings` are the broker's, `changes` the
    connector's (see bed.connector). `proxied`: behind self.networks, a Proxy before the server and
    one before the broker. PostgreSQL's; BinlogStage has what is different elsewhere."""

    book_class, writers_class = Book, Writers
    signals = "ledger.signal"
    resumes = True  # an initial snapshot that was interrupted goes on
    kills = 20  # of a run with the default number of rounds

    def __init__(self, rows=2000, kafka_settings=None, worker_changes=None, proxied=False,
                 brokers=1, **changes):
        self._rows = rows
        self._exit = ExitStack()
        self.server = self._server()
        self.kafka = Kafka(brokers, proxy=proxied,
                           **{"log.cleaner.enable": "false", **(kafka_settings or {})})
        self._worker_changes, self._changes = dict(worker_changes or {}), changes
        self.networks = []
        if proxied:
            network = Proxy.before(self.server)
            self.networks = [network, self.kafka.proxy]
            self._exit.callback(network.close)
            self._changes["database_port"] = network.port
            self._worker_changes["bootstrap_servers"] = self.kafka.listener("proxied")

    def __enter__(self):
        with self._exit:
            self._exit.enter_context(self.server)
            self._exit.enter_context(self.kafka)
            self.db = self.server.database(NAME)
            self.book = self.book_class(self.db)
            self.book.open(self._rows)
            self._exit = self._exit.pop_all()
        return self

    def __exit__(self, *args):
        return self._exit.__exit__(*args)

    def _server(self):
        return Postgres(max_slot_wal_keep_size="-1")

    def writers(self, number, **options):
        return self.writers_class(self.db, number, **options)

    def tailrace(self):
        """A new instance, not started; every one takes the same connector."""
        config = connector(self.db, NAME, **{
            "table_include_list": _CAPTURED,
            "topic_creation_default_partitions": 3,
            "topic_creation_default_replication_factor": 1,
            "retriable_restart_connector_wait_ms": 1000,
            "snapshot_max_threads": 2,
            "snapshot_fetch_size": 2000,
            **self._changes})
        return Tailrace(config, worker=worker(self.kafka, offset_storage_topic=OFFSETS,
                                              **self._worker_changes))

    @contextmanager
    def tailrace_later(self):
        """One for a `with` that starts it by hand; stopped at the end if it was."""
        with ExitStack() as stack:
            tailrace = self.tailrace()
            stack.push(tailrace)
            yield tailrace

    def wait_caught_up(self, timeout=GIVE_UP):
        """Until everything that was written before this call is committed in Kafka."""
        end = self.db.value("SELECT pg_current_wal_insert_lsn()")
        wait_until(lambda: self.db.value(
            "SELECT coalesce(bool_and(confirmed_flush_lsn >= %s), false) "
            "FROM pg_replication_slots WHERE slot_name = %s", end, NAME),
            timeout, f"the slot to be confirmed up to {end}", pause=0.2)

    def confirmed(self):
        return self.db.value("SELECT confirmed_flush_lsn::text FROM pg_replication_slots "
                             "WHERE slot_name = %s", NAME)

    def cut_off(self):
        """The server ends tailrace's session."""
        self.db.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots "
                    "WHERE slot_name = %s", NAME)

    def crash(self):
        self.server.restart(immediate=True)

    def events(self):
        """All that the newest position tells of: each broker learns of a commit by itself."""
        ends = json.loads(self.positions()[-1].get("tailrace_outputs", "{}"))
        with self.kafka.reader(rf"{NAME}\.shop\..*") as reader:
            records = reader.wait(lambda _: reader.has_reached(ends))
            records += reader.read()
        return [parse(self.plain(record), TABLES, self._place) for record in records]

    def plain(self, record):
        """As JsonConverter would have written it."""
        return record

    @staticmethod
    def _place(source):
        """(transaction, place in the log)"""
        return source["txId"], source["lsn"]

    def positions(self):
        """Every committed position record, in order, with what the checker wants."""
        return [record.json for record in self.kafka.consume(OFFSETS)
                if is_position(record)]

    def signal(self, identity, kind):
        """Asks for a snapshot of all tables, "incremental" or "blocking"."""
        data = {"data-collections": [_CAPTURED], "type": kind}
        self.db.sql(f"INSERT INTO {self.signals} VALUES (%s, 'execute-snapshot', %s)",
                    identity, json.dumps(data))

    def completed(self, kind="Incremental Snapshot"):
        """Ids of the snapshots that are said to be complete, sorted."""
        told = [record.json for record in self.kafka.consume(NOTIFICATIONS, quiet=0)]
        return sorted(note["id"] for note in told
                      if (note["aggregate_type"], note["type"]) == (kind, "COMPLETED"))

    def verdict(self, resumed=False, **snapshots):
        """Fails if anything is wrong; returns the check, for its counts. `snapshots`: see
        BesideCheck; `resumed`: ResumedCheck."""
        started = time.monotonic()
        events = self.events()
        facts = events, self.book.read(), self.book.tables(), self.positions()
        kind = BesideCheck if snapshots else ResumedCheck if resumed else Check
        check = kind(*facts, **snapshots)
        findings = check.run()
        repeats = check.snapshot_repeats
        print(f"{len(events)} records, {len(check.placed)} changes in "
              f"{len(check.ledger.commits)} source transactions, {len(check.positions)} Kafka "
              f"transactions, {repeats} snapshot rows repeated, "
              f"checked in {time.monotonic() - started:.1f} s")
        assert not findings, "\n" + summary(findings)
        return check


def is_position(record):
    """Not a marker, and not a state of the source beside the position."""
    return record.value is not None and record.key_json == [NAME, {"server": NAME}]
