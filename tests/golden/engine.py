"""Plays a case against a real server, a real Kafka and the tailrace under test. What is a
server's own is in run_postgres.py and run_binlog.py."""
import json
import re
import subprocess
import time
from collections import Counter

import mask
from bed import Tailrace, wait_until, worker
from bed.process import GIVE_UP
from bed.tailrace import binary
from case import fill

TIMEOUT = GIVE_UP
_STARTS, _STOPS = ("create", "resume", "restart"), ("delete", "stop", "pause", "restart")


class Outcome:
    """state: RUNNING, FAILED or REFUSED; said: the engine's log"""

    def __init__(self):
        self.state, self.said, self.slot = "RUNNING", "", ""
        self.records, self.sql_errors, self.publications = [], [], []


class Engine:
    """The tailrace of one case, started and stopped as its directives say."""

    def __init__(self, case, kafka, values):
        self._name = case.name
        self.tailrace = Tailrace({"name": case.name, **case.connector(values)},
                                 worker=worker(kafka, case.name, offset_storage_partitions=1))
        self.log_file = self.tailrace.log_file

    def start(self):
        self.tailrace.start()

    def stop(self):
        if self.tailrace.alive():
            self.tailrace.stop()

    def forget(self):
        """Deletes the stored position, as DELETE of Connect's REST API does."""
        none = {"offsets": [{"partition": {"server": self._name}, "offset": None}]}
        path = self.tailrace.folder / "none.json"
        path.write_text(json.dumps(none))
        files = [word for file in self.tailrace.argv()[2:] for word in ("--config", file)]
        subprocess.run([binary(), "offsets", "import", self._name, path, *files], check=True,
                       timeout=TIMEOUT, cwd=self.tailrace.folder, stdout=subprocess.DEVNULL)

    def started(self):
        return self.tailrace.process is not None

    def streaming(self):
        return self.tailrace.said(r"msg=streaming\b")

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
    """A case and what plays it: engine(case, kafka, values of its placeholders) makes that.

    What subclasses give: values() for the case's placeholders, streaming() and sync() that
    wait, sql(text), world() that holds the case's database, and look()."""

    def __init__(self, case, server, kafka, engine=Engine):
        self.case, self.server, self.kafka = case, server, kafka
        self.engine = engine(case, kafka, self.values())
        self.log = self.engine.log_file
        self.outcome = Outcome()

    def play(self, expected):
        """expected: how many records"""
        self.expected = expected
        with self.world():
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
            self.settle()
        if word == "sync":
            self.sync()
        if word == "delete-offsets":
            self.engine.forget()

    def down(self):
        return self.engine.state() != "RUNNING"

    def wait(self, condition, what):
        """Until the condition is true, or the engine has ended."""
        wait_until(lambda: self.down() or condition(), TIMEOUT,
                   f"{self.case.name} to {what}: {self.log}")

    def settle(self):
        """Until the snapshots that the notifications tell of have come to their end, or to a pause:
        what the case does next comes after their rows."""
        if topic := self.case.config.get("notification.sink.topic.name"):
            pattern = re.escape(self.fill(topic))
            self.wait(lambda: self._rests(pattern), "end its snapshots")

    def _rests(self, notifications):
        """No snapshot is under way."""
        notes = self.kafka.consume(notifications, quiet=0)
        told = Counter(_notice(record.json) for record in notes)
        return (told["STARTED"] + told["RESUMED"]
                <= told["COMPLETED"] + told["ABORTED"] + told["PAUSED"])

    def fill(self, text):
        return fill(text, {"NAME": self.case.name, **self.values()})

    def look(self):
        """How the engine is, before it is stopped."""
        state = self.engine.state()
        self.outcome.state = "RUNNING" if state == "FINISHED" else state

    def topics(self):
        """a pattern"""
        name = re.escape(self.case.name)
        delimiter = re.escape(self.case.config.get("topic.delimiter", "."))
        return "|".join([name, rf"{name}({delimiter}|\W).*", rf"__debezium-heartbeat\.{name}",
                         *map(self.fill, self.case.lists["topics"])])

    def records(self, at_least):
        """What a consumer sees. A transaction's end reaches each partition on its own way, so
        records that are expected may come a moment later than the engine's end."""
        with self.kafka.reader(self.topics()) as reader:
            seen = reader.read(quiet=0)
            deadline = time.monotonic() + TIMEOUT / 2
            while len(seen) < at_least and time.monotonic() < deadline:
                seen += reader.read(quiet=0.5)
        found = [{"topic": r.topic, "partition": r.partition, "key": _text(r.key),
                  "value": _text(r.value), "headers": [[k, _text(v)] for k, v in r.headers]}
                 for r in seen if r.topic != f"{self.case.name}-offsets"]
        return mask.masked(found, self.case.lists["mask"], self.case.lists["collapse"])


def _notice(value):
    """The type of a notification, with its schema or without."""
    return value.get("payload", value)["type"]


def _text(octets):
    """as it is stored in a case; octets that are no text show up as what they are"""
    return octets if octets is None or isinstance(octets, str) else octets.decode(errors="replace")
