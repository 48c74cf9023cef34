"""The real Debezium plays a case, as tailrace does in the suite: the same servers, the same steps,
over Kafka Connect's REST API."""
import re
import time

from bed import wait_until
from case import Expected
from engine import TIMEOUT, Run
from run_binlog import BinlogRun
from run_postgres import PostgresRun

_QUIET = 1.7  # seconds without a record after which no more is expected
_SENT = """
    SELECT EXISTS (SELECT FROM pg_stat_replication r
        JOIN pg_replication_slots s ON r.pid = s.active_pid
        WHERE s.database = %s AND r.sent_lsn >= %s)"""


class Debezium:
    """A connector of a running Connect, with the interface of engine.Engine."""

    def __init__(self, connect, case, values):
        self._rest, self._name = connect.rest, case.name
        self._config = {"name": case.name, **case.connector(values)}
        if case.server == "mysql":  # its driver asks for that, over a connection without TLS
            self._config["driver.allowPublicKeyRetrieval"] = "true"
        self.log_file = connect.log_file
        self.refusal = None

    def start(self):
        answer = self._rest.create(self._config, timeout=120)
        if answer.status >= 300:
            self.refusal = answer.json["message"]
            return
        wait_until(self._known, TIMEOUT, f"{self._name} to have a task: {self.log_file}")

    def ask(self, method, action):
        """One of the API's verbs: pause, resume, stop, restart, offsets."""
        return self._rest.call(method, f"/connectors/{self._name}/{action}")

    def stop(self):
        if self._status():
            self._rest.delete(f"/connectors/{self._name}")
            wait_until(lambda: not self._status(), TIMEOUT, f"{self._name} to be deleted")

    def started(self):
        return bool(self._status())

    def close(self):
        self.stop()
        return ""

    def state(self):
        if self.refusal:
            return "REFUSED"
        return "FAILED" if "FAILED" in self.states() else "RUNNING"

    def errors(self):
        """[each line of what it says of its failure] without the places in its code"""
        lines = (self.refusal or "").split("\n")
        for task in self._status().get("tasks", []):
            lines += task.get("trace", "").split("\n")
        return [_error(x) for x in lines if x.strip() and x[0] != "\t"]

    def blames(self):
        """The properties that a refusal of this configuration names."""
        name = self._config["connector.class"].rpartition(".")[2]
        answer = self._rest.put(f"/connector-plugins/{name}/config/validate", self._config)
        found = [x["value"] for x in (answer.json or {}).get("configs", []) if x.get("value")]
        named = [x["name"] for x in found if x["errors"]]
        return named or re.findall(r"The '([\w.]+)' value is invalid", self.refusal)

    def _known(self):
        states = self.states()
        return len(states) > 1 or "FAILED" in states

    def states(self):
        status = self._status()
        return [x["state"] for x in [status["connector"], *status["tasks"]]] if status else []

    def _status(self):
        answer = self._rest.get(f"/connectors/{self._name}/status")
        return answer.json if answer.status == 200 else {}


def _error(line):
    line = re.sub(r"PostgresOffsetContext \[.*\]|SourceRecord\{.*\}|at offset \{.*\}", "…", line)
    return re.sub(r"^(Caused by: )?([\w.]+\.)+(\w+): ", r"\3: ", line)


class _Recording(Run):
    """What differs where the engine is Debezium: it is told over REST what to do, and tells
    nobody when all is delivered, so that the topics have to fall quiet."""

    def expected_of(self):
        """Plays the case; returns what is then expected of tailrace."""
        with self.kafka.reader(self.topics()) as self._quiet:
            outcome = self.play(0)
        e = Expected()
        e.state, e.errors, e.blames = outcome.state, self._errors, self._blames
        e.sql_errors, e.records = outcome.sql_errors, outcome.records
        e.slot, e.publications = outcome.slot, outcome.publications
        return e

    def step(self, word, argument):
        if word in ("pause", "stop", "resume"):
            self.quiet()
            self.engine.ask("PUT", word)
        elif word == "restart":
            self.engine.ask("POST", "restart?includeTasks=true&onlyFailed=false")
        elif word == "delete-offsets":
            self.engine.ask("DELETE", "offsets")
        elif word == "delete":
            self.quiet()
            self.engine.stop()
        else:
            super().step(word, argument)
        if word in ("resume", "restart"):
            self.streaming()
            self.quiet()

    def stream(self, begun):
        """Waits until the stream has begun, unless the case has none."""
        if "no-stream" not in self.case.flags:
            self.wait(begun, "stream")
        self.quiet()

    def quiet(self):
        if "endless" in self.case.flags:
            time.sleep(_QUIET)
        elif not self.down():
            self._quiet.read(quiet=_QUIET, timeout=TIMEOUT)

    def look(self):
        super().look()
        self._errors = self.engine.errors() if self.outcome.state != "RUNNING" else []
        self._blames = self.engine.blames() if self.outcome.state == "REFUSED" else []


class PostgresRecording(_Recording, PostgresRun):
    def streaming(self):
        self.stream(self.is_streaming)

    def sync(self):
        end = self.ask("SELECT pg_current_wal_lsn()")
        if "no-stream" not in self.case.flags and self.is_streaming():
            self.wait(lambda: self.ask(_SENT, self.case.name, end), f"read {end}")
        self.quiet()


class BinlogRecording(_Recording, BinlogRun):
    def streaming(self):
        self.stream(self.server.dumps)

    def step(self, word, argument):
        super().step(word, argument)
        if word == "stop":
            wait_until(lambda: len(self.engine.states()) == 1, TIMEOUT, "the task to stop")
            for session in self.server.dumps():  # the server notices only at its next write
                self.server.end_session(session)

    def sync(self):
        self.quiet()
