"""tailrace's REST API against recorded answers of Kafka Connect 4.1 with Debezium 3.6.1.

The calls of calls.jsonl are made in their order, on a real Kafka and PostgreSQL; what is waited
for between two of them stands in _BEFORE. differences.toml lists what is answered otherwise.
"""
import json
import tomllib
from pathlib import Path

import pytest

from bed.config import worker
from bed.ports import free_port
from bed.process import wait_until
from bed.tailrace import Tailrace

import replay

_HERE = Path(__file__).parent

class Stage:
    """What the recording's script did beside the calls."""

    def __init__(self, api, pg):
        self.api, self.pg = api, pg

    def wait(self, name, state, task=True):
        def reached():
            status, body = self.api.json("GET", f"/connectors/{name}/status")
            if status != 200:
                return False
            states = [x["state"] for x in body["tasks"]] if task else [body["connector"]["state"]]
            return states == [state]

        wait_until(reached, what=f"{name} {state}")

    def wait_offsets(self, name):
        wait_until(lambda: self.api.json("GET", f"/connectors/{name}/offsets")[1].get("offsets"),
                   what=f"offsets of {name}")

    def states(self):
        return self.api.ask("GET", "/connectors?expand=status")[2]

    def delete_all(self):
        for name in self.api.json("GET", "/connectors")[1]:
            if "/" not in name:
                self.api.ask("DELETE", f"/connectors/{name}".replace(" ", "%20"))
        wait_until(lambda: self.api.json("GET", "/connectors")[1] == [], what="no connectors")

    def sql(self, text):
        self.pg.sql("postgres", text)

    def drop_slots(self):
        def gone():
            self.sql("select pg_drop_replication_slot(slot_name) from pg_replication_slots "
                     "where slot_name like 'rest\\_pg%%' and not active")
            return not self.pg.query("postgres", "select 1 from pg_replication_slots "
                                                 "where slot_name like 'rest\\_pg%%'")

        wait_until(gone, what="no slots")

    def make_table(self):
        self.drop_table()
        self.sql("create table rest_t (id int primary key, v text)")
        self.sql("insert into rest_t values (1,'a'),(2,'b')")

    def drop_table(self):
        self.drop_slots()
        for name in ("pub_rest_pg", "pub_rest_pg2", "pub_rest_pg4"):
            self.sql(f"drop publication if exists {name}")
        self.sql("drop table if exists rest_t")


#: Before the call of this number.
_BEFORE = {
    49: [lambda s: s.delete_all()],
    50: [lambda s: s.delete_all()],
    51: [lambda s: s.delete_all()],
    60: [lambda s: s.delete_all()],
    62: [lambda s: s.delete_all()],
    75: [lambda s: s.wait("f1", "RUNNING"), lambda s: s.wait("s1", "RUNNING"),
         lambda s: s.wait("f-running", "RUNNING")],
    146: [lambda s: s.wait("f1", "RUNNING")],
    147: [lambda s: s.wait("f1", "PAUSED")],
    153: [lambda s: s.wait("f1", "RUNNING")],
    156: [lambda s: s.wait("f1", "RUNNING")],
    157: [lambda s: s.wait("f1", "RUNNING")],
    161: [lambda s: s.wait("f1", "RUNNING")],
    165: [lambda s: s.wait("f1", "RUNNING")],
    171: [lambda s: s.wait("f1", "STOPPED", task=False)],
    175: [lambda s: s.wait("f1", "STOPPED", task=False)],
    177: [lambda s: s.wait("f1", "STOPPED", task=False)],
    222: [lambda s: s.wait("s1", "STOPPED", task=False)],
    234: [lambda s: s.wait("f-fail", "FAILED")],
    237: [lambda s: s.wait("f-fail", "FAILED")],
    239: [lambda s: s.wait("f-fail", "FAILED")],
    246: [lambda s: s.delete_all()],
    308: [lambda s: s.make_table()],
    309: [lambda s: s.wait("rest-pg", "RUNNING"), lambda s: s.wait_offsets("rest-pg")],
    314: [lambda s: s.sql("insert into rest_t values (3,'c')")],
    317: [lambda s: s.wait("rest-pg", "RUNNING")],
    319: [lambda s: s.wait("rest-pg", "PAUSED")],
    321: [lambda s: s.wait("rest-pg", "STOPPED", task=False)],
    # the slot has no position any more: tailrace wants to be told that nobody needs it
    330: [lambda s: s.drop_slots()],
    331: [lambda s: s.wait("rest-pg", "RUNNING"), lambda s: s.wait_offsets("rest-pg")],
    332: [lambda s: s.wait("rest-pg2", "FAILED")],
    338: [lambda s: s.delete_all()],
}


def _allowed():
    """call number -> what may differ"""
    with open(_HERE / "differences.toml", "rb") as file:
        entries = tomllib.load(file).get("difference", [])
    allowed = {}
    for entry in entries:
        for number in entry["calls"]:
            assert number not in allowed, f"call {number} is listed twice"
            allowed[number] = entry
    return allowed


@pytest.fixture
def api(kafka, pg, tmp_path, name):
    (tmp_path / "in.txt").write_text("one\ntwo\n")
    port = free_port()
    settings = worker(kafka, name, listeners=f"http://127.0.0.1:{port}",
                      config_storage_topic=f"{name}-configs", status_storage_topic=f"{name}-status",
                      config_storage_replication_factor=1, status_storage_replication_factor=1,
                      rest_mask_passwords="false",
                      exactly_once_source_support="disabled")
    names = {"/data": str(tmp_path), '"5503"': f'"{pg.port}"',
             '"database.password": "secret"': '"database.password": "postgres"',
             '"database.password":"secret"': '"database.password":"postgres"',
             # there are no heartbeats yet
             '"heartbeat.interval.ms": "500"': '"heartbeat.interval.ms": "0"',
             '"heartbeat.interval.ms":"500"': '"heartbeat.interval.ms":"0"'}
    with Tailrace(worker=settings) as tailrace:
        server = replay.Api(f"http://127.0.0.1:{port}", names)
        wait_until(lambda: _healthy(server), what="the REST API")
        yield server
        assert tailrace.alive()


def _healthy(server):
    try:
        return server.json("GET", "/health")[0] == 200
    except OSError:
        return False


def test_recorded_calls(api, pg):
    calls = replay.load(_HERE / "calls.jsonl")
    comparison = replay.Comparison(replay.load(_HERE / "definitions.jsonl"))
    stage, allowed, found = Stage(api, pg), _allowed(), []
    try:
        for call in calls:
            for step in _BEFORE.get(call["id"], ()):
                try:
                    step(stage)
                except TimeoutError as error:
                    found.append(f"before {call['id']}: {error}: {stage.states()}")
            for text in replay.replay(api, call, comparison, allowed.get(call["id"], {})):
                found.append(f"{call['id']} {call['method']} {call['path']} ({call['note']}): "
                             f"{text}")
    finally:
        stage.delete_all()
        stage.drop_table()
    assert not found, f"{len(found)} differences:\n" + "\n".join(found)


def test_differences_are_explained():
    headings = [line.lstrip("# ").strip() for line in
                (_HERE.parents[2] / "docs/differences.md").read_text().splitlines()
                if line.startswith("#")]
    for entry in _allowed().values():
        assert entry["why"] in headings, entry["why"]


def test_definitions_are_whole():
    """Each number in calls.jsonl has its definition."""
    definitions = replay.load(_HERE / "definitions.jsonl")
    comparison = replay.Comparison(definitions)
    for call in replay.load(_HERE / "calls.jsonl"):
        text = json.dumps(comparison.expanded(call["answer"].get("body")))
        assert '{"$":' not in text

