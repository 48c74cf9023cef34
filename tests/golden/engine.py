"""Plays a case against a real PostgreSQL, a real Kafka and the tailrace under test."""
import os
import re
import subprocess
import time
from contextlib import closing

import mask
from bed import Tailrace, wait_until, worker
from case import fill, sorted_tables

_TIMEOUT = 60
_STARTS, _STOPS = ("create", "resume", "restart"), ("delete", "stop", "pause", "restart")
_SLOT = "SELECT plugin||' '||slot_type||' temporary='||temporary FROM pg_replication_slots " \
    "WHERE database = current_database()"
_PUBLICATION = """
    SELECT pubname||' all='||puballtables||' iudt='||pubinsert||pubupdate||pubdelete||pubtruncate
        ||' viaroot='||pubviaroot||' tables='||coalesce((
            SELECT string_agg(schemaname||'.'||tablename, ',')
            FROM pg_publication_tables t WHERE t.pubname = p.pubname), '')
    FROM pg_publication p ORDER BY 1"""
_DELIVERED = """
    SELECT EXISTS (SELECT FROM pg_replication_slots s
        WHERE database = %s AND active AND confirmed_flush_lsn >= %s)"""
_STREAMING = """
    SELECT EXISTS (SELECT FROM pg_replication_slots s
        JOIN pg_stat_replication r ON r.pid = s.active_pid
        WHERE s.database = %s AND r.state = 'streaming')"""


class Outcome:
    """state: RUNNING, FAILED or REFUSED; said: the engine's log"""

    def __init__(self):
        self.state, self.said, self.slot = "RUNNING", "", ""
        self.records, self.sql_errors, self.publications = [], [], []


class Engine:
    """The tailrace of one case, started and stopped as its directives say."""

    def __init__(self, case, pg, kafka):
        config = case.connector({"PG_HOST": pg.host, "PG_PORT": pg.port, "PG_USER": pg.user,
                                 "PG_PASSWORD": pg.password})
        self.tailrace = Tailrace({"name": case.name, **config},
                                 worker=worker(kafka, case.name, offset_storage_partitions=1))

    def start(self):
        self.tailrace.start()

    def stop(self):
        if self.tailrace.alive():
            self.tailrace.stop()

    def close(self):
        """The log of all its starts; fails if a sanitizer found something."""
        self.stop()
        said = self.tailrace.log
        self.tailrace.__exit__(None, None, None)
        return said

    def state(self):
        said = self.tailrace.state()
        if said == "FAILED":
            return "FAILED"
        if self.tailrace.alive():
            return "FINISHED" if said == "FINISHED" else "RUNNING"
        return {0: "FINISHED", 2: "REFUSED"}.get(self.tailrace.process.returncode, "FAILED")


class Run:
    def __init__(self, case, pg, kafka):
        self.case, self.pg, self.kafka = case, pg, kafka
        self.engine = Engine(case, pg, kafka)
        self.log = self.engine.tailrace.log_file
        self.outcome = Outcome()

    def play(self, expected):
        """expected: how many records"""
        with self.pg.database(self.case.name), closing(self.pg.connect()) as watch, \
                watch.cursor() as self.cursor:
            try:
                self.steps()
                self.look()
            finally:
                self.outcome.said = self.engine.close()
        self.outcome.records = self.records(expected)
        return self.outcome

    def steps(self):
        for word, argument, sql in self.case.steps:
            if word:
                self.step(word, argument)
            if word == "create" and self.down() and "go-on" not in self.case.flags:
                return
            self.sql(sql)
        self.sync()

    def step(self, word, argument):
        if word in _STOPS:
            self.engine.stop()
        if word in _STARTS:
            self.engine.start()
            self.streaming()
        if word == "sleep":
            time.sleep(float(argument))
        if word == "sync":
            self.sync()
        if word == "delete-offsets":
            raise NotImplementedError("positions can't be deleted yet")

    def down(self):
        return self.engine.state() != "RUNNING"

    def ask(self, query, *parameters):
        self.cursor.execute(query, parameters)
        return self.cursor.fetchone()[0]

    def streaming(self):
        """The engine streams once what its snapshot read is committed."""
        wait_until(lambda: self.down() or self.ask(_STREAMING, self.case.name), _TIMEOUT,
                   f"{self.case.name} to stream: {self.log}")

    def sync(self):
        """Until the slot's confirmed point has passed all that was written so far: the engine
        confirms only what is committed in Kafka."""
        if self.down():
            return
        end = self.ask("SELECT pg_current_wal_lsn()")
        wait_until(lambda: self.down() or self.ask(_DELIVERED, self.case.name, end), _TIMEOUT,
                   f"{self.case.name} to confirm {end}: {self.log}")

    def sql(self, text):
        """Statement by statement, as the recordings were made; errors are part of the case."""
        if not text.strip():
            return
        environment = dict(os.environ, PGCLIENTENCODING="UTF8",
                           PGOPTIONS="-c client_min_messages=warning")
        done = subprocess.run(
            ["psql", "-X", "-q", "-d", self.pg.dsn(self.case.name), "-f", "-"],
            input=fill(text, {"NAME": self.case.name}).encode(), env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        errors = [re.sub(r"^psql:<stdin>:\d+: ", "", line)
                  for line in done.stderr.decode(errors="replace").splitlines()
                  if "ERROR" in line or "FATAL" in line]
        self.outcome.sql_errors += errors

    def look(self):
        """What the case left in the database, while the engine still runs."""
        state = self.engine.state()
        self.outcome.state = "RUNNING" if state == "FINISHED" else state
        slots = self.pg.query(self.case.name, _SLOT)
        self.outcome.slot = slots[0][0] if slots else ""
        self.outcome.publications = [
            sorted_tables(x) for x, in self.pg.query(self.case.name, _PUBLICATION)]

    def records(self, at_least):
        """What a consumer sees. A transaction's end reaches each partition on its own way, so
        records that are expected may come a moment later than the engine's end."""
        name = re.escape(self.case.name)
        delimiter = re.escape(self.case.config.get("topic.delimiter", "."))
        own = [rf"{name}({delimiter}|[^\w-]).*", rf"__debezium-heartbeat\.{name}",
               *self.case.lists["topics"]]
        with self.kafka.reader("|".join(own)) as reader:
            seen = reader.read(quiet=0)
            if len(seen) < at_least:
                seen += reader.read(quiet=2)
        found = [{"topic": r.topic, "partition": r.partition, "key": _text(r.key),
                  "value": _text(r.value), "headers": [[k, _text(v)] for k, v in r.headers]}
                 for r in seen]
        return mask.masked(found, self.case.lists["mask"], self.case.lists["collapse"])


def _text(octets):
    """as it is stored in a case; octets that are no text show up as what they are"""
    return octets if octets is None or isinstance(octets, str) else octets.decode(errors="replace")
