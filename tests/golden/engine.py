"""Plays a case against a real PostgreSQL, a real Kafka and the tailrace under test."""
import json
import os
import re
import subprocess
import time
from contextlib import closing
from pathlib import Path

import mask
from bed.process import Process, wait_until
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

    def __init__(self, case, servers, folder):
        self.case, self.servers = case, servers
        self.log = folder / f"{case.name}.log"
        self.files = [folder / f"{case.name}.properties", folder / f"{case.name}.json"]
        self.process = None
        self.seen = 0
        offsets = f"offsets-of-{case.name}"
        self.files[0].write_text(
            f"bootstrap.servers={servers.kafka.bootstrap}\n"
            f"group.id=golden\noffset.storage.topic={offsets}\noffset.storage.partitions=1\n"
            "offset.storage.replication.factor=1\n")
        pg = servers.postgres
        config = case.connector({"PG_HOST": pg.host, "PG_PORT": pg.port, "PG_USER": pg.user,
                                 "PG_PASSWORD": pg.password})
        self.files[1].write_text(json.dumps({"name": case.name, "config": config}, indent=1))

    def start(self):
        self.seen = len(self.text())
        self.process = Process([self.servers.program, "run", *self.files], self.log)

    def stop(self):
        if self.process:
            self.process.stop()

    def text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def state(self):
        said = self.text()[self.seen:]
        if re.search(r"\bstate=FAILED\b", said):
            return "FAILED"
        if self.process.alive():
            return "FINISHED" if re.search(r"\bstate=FINISHED\b", said) else "RUNNING"
        return {0: "FINISHED", 2: "REFUSED"}.get(self.process.returncode, "FAILED")


class Run:
    def __init__(self, case, servers, folder):
        self.case, self.servers = case, servers
        self.pg, self.kafka = servers.postgres, servers.kafka
        self.engine = Engine(case, servers, Path(folder))
        self.outcome = Outcome()

    def play(self):
        with closing(self.pg.connect()) as self.watch, self.watch.cursor() as self.cursor:
            # A template of its own would hold the case's database open.
            self.cursor.execute(f'CREATE DATABASE "{self.case.name}" TEMPLATE template0')
            try:
                self.steps()
                self.look()
            finally:
                self.engine.stop()
                self.outcome.said = self.engine.text()
            self.outcome.records = self.records()
            self.clean()
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
        if word == "sync" or word in _STARTS:
            self.sync()
        if word == "delete-offsets":
            raise NotImplementedError("positions can't be deleted yet")

    def down(self):
        return self.engine.state() != "RUNNING"

    def ask(self, query, *parameters):
        self.cursor.execute(query, parameters)
        return self.cursor.fetchone()[0]

    def streaming(self):
        wait_until(lambda: self.down() or self.ask(_STREAMING, self.case.name), _TIMEOUT,
                   f"{self.case.name} to stream: {self.engine.log}")

    def sync(self):
        """Until the slot's confirmed point has passed all that was written so far: the engine
        confirms only what is committed in Kafka."""
        if self.down():
            return
        end = self.ask("SELECT pg_current_wal_lsn()")
        wait_until(lambda: self.down() or self.ask(_DELIVERED, self.case.name, end), _TIMEOUT,
                   f"{self.case.name} to confirm {end}: {self.engine.log}")

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

    def records(self):
        name = re.escape(self.case.name)
        delimiter = re.escape(self.case.config.get("topic.delimiter", "."))
        own = [rf"{name}({delimiter}|[^\w]).*", rf"__debezium-heartbeat\.{name}",
               *self.case.lists["topics"]]
        return mask.masked(self.servers.read("|".join(own)), self.case.lists["mask"],
                           self.case.lists["collapse"])

    def clean(self):
        self.cursor.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots "
                            "WHERE database = %s AND active", (self.case.name,))
        wait_until(lambda: not self.ask("SELECT count(*) FROM pg_replication_slots "
                                        "WHERE database = %s AND active", self.case.name))
        self.cursor.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
                            "WHERE database = %s", (self.case.name,))
        self.cursor.execute(f'DROP DATABASE "{self.case.name}" WITH (FORCE)')
