"""The state topics, shared with Kafka Connect: what either wrote, the other runs."""

import time

import pytest

from bed import Connect, Rest, Tailrace, connector, stored, wait_until
from bed.ports import free_port
from bed.process import GIVE_UP

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
STRING = "org.apache.kafka.connect.storage.StringConverter"


def _lines(name, path, topic):
    return {"name": name, "connector.class": SOURCE, "file": str(path), "topic": topic,
            "key.converter": STRING, "value.converter": STRING}


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def worker(kafka, name, port):
    return stored(kafka, name, port, **{"exactly.once.source.support": "enabled"})


def _values(kafka, topic, count):
    return [record.value.decode() for record in kafka.consume(topic, count)]


def _read(rest, path):
    """Connect refuses to answer (409) while its workers are about to share their work anew."""
    return wait_until(lambda: (answer := rest.get(path)).status == 200 and answer, what=path).json


def _group_is_empty(kafka, name):
    group = kafka.admin.list_groups(name, timeout=GIVE_UP)
    return not group or not group[0].members


def test_tailrace_takes_over_from_connect(kafka, name, port, worker, tmp_path):
    """Its connectors, their target states, their offsets, their topics; not while it runs."""
    path, topic = tmp_path / "lines", f"{name}-lines"
    path.write_text("one\ntwo\n")
    kafka.create_topic(topic)
    with Connect(worker) as connect:
        rest = connect.rest
        assert rest.create(_lines("lines", path, topic)).status == 201
        assert rest.create(_lines("paused", path, topic), initial_state="PAUSED").status == 201
        assert rest.create(_lines("stopped", path, topic), initial_state="STOPPED").status == 201
        assert _values(kafka, topic, 2) == ["one", "two"]
        rest.wait("lines", "RUNNING", "RUNNING")
        wait_until(lambda: _read(rest, "/connectors/lines/topics")["lines"]["topics"] == [topic])
        config = _read(rest, "/connectors/lines/config")
        wait_until(lambda: _read(rest, "/connectors/lines/offsets")["offsets"])
        offsets = _read(rest, "/connectors/lines/offsets")
        refused = Tailrace(worker={**worker, "listeners": ""}).run()
        assert refused.returncode == 1
        assert f"1 worker of Kafka Connect still runs in the group {name}" in refused.stderr
        assert connect.stop() is not None
    wait_until(lambda: _group_is_empty(kafka, name))
    with Tailrace(worker=worker):
        rest = Rest(port).wait_ready()
        assert rest.get("/connectors").json == ["lines", "paused", "stopped"]
        assert rest.get("/connectors/lines/config").json == config
        assert rest.get("/connectors/lines/topics").json == {"lines": {"topics": [topic]}}
        rest.wait("lines", "RUNNING", "RUNNING")
        rest.wait("paused", "PAUSED")
        rest.wait("stopped", "STOPPED")
        assert rest.get("/connectors/lines/offsets").json == offsets
        with path.open("a") as file:
            file.write("three\n")
        assert _values(kafka, topic, 3) == ["one", "two", "three"]


def test_connect_takes_over_from_tailrace(kafka, name, port, worker, tmp_path, db):
    path, topic = tmp_path / "lines", f"{name}-lines"
    path.write_text("one\n")
    kafka.create_topic(topic)
    database = connector(db)
    with Tailrace(worker=worker) as tailrace:
        rest = Rest(port).wait_ready()
        rest.create(_lines("lines", path, topic))
        rest.create(_lines("stopped", path, topic))
        rest.create(database)
        rest.wait("lines", "RUNNING", "RUNNING")
        assert _values(kafka, topic, 2) == ["one", "one"]
        rest.put("/connectors/stopped/stop")
        rest.wait("stopped", "STOPPED")
        wait_until(lambda: rest.get("/connectors/lines/offsets").json["offsets"])
        tailrace.stop()
    with Connect(worker) as connect:
        rest = connect.rest
        wait_until(lambda: sorted(rest.get("/connectors").json) ==
                   sorted(["lines", "stopped", db.name]))
        assert _read(rest, f"/connectors/{db.name}/config") == database
        rest.wait("lines", "RUNNING", "RUNNING")
        rest.wait("stopped", "STOPPED")
        assert _read(rest, "/connectors/stopped/tasks") == []
        assert _read(rest, "/connectors/lines/topics") == {"lines": {"topics": [topic]}}
        with path.open("a") as file:
            file.write("two\n")
        # Not "one" once more: it found the offset.
        assert _values(kafka, topic, 3) == ["one", "one", "two"]
        time.sleep(1)
        assert kafka.count(topic) == 3
        # A tailrace that comes back after the group has ended goes on in turn.
        connect.stop()
    wait_until(lambda: _group_is_empty(kafka, name))
    with Tailrace(worker=worker):
        rest = Rest(port).wait_ready()
        rest.wait("lines", "RUNNING", "RUNNING")
        rest.wait("stopped", "STOPPED")
        with path.open("a") as file:
            file.write("three\n")
        assert _values(kafka, topic, 4) == ["one", "one", "two", "three"]


def test_who_starts_last_owns_the_group(kafka, name, port, worker, tmp_path):
    """A Connect that is started beside a running tailrace: that one can't write any more, neither
    connectors nor records, and says why."""
    path, topic = tmp_path / "lines", f"{name}-lines"
    path.write_text("one\n")
    kafka.create_topic(topic)
    its_port = free_port()
    beside = {**worker, "listeners": f"http://127.0.0.1:{its_port}"}
    with Tailrace(worker=worker):
        rest = Rest(port).wait_ready()
        rest.create(_lines("lines", path, topic))
        assert _values(kafka, topic, 1) == ["one"]
        rest.wait("lines", "RUNNING", "RUNNING")
        with Connect(beside) as connect:
            # What it shows at first is what tailrace wrote into the status topic.
            def runs_there():
                tasks = connect.rest.get("/connectors/lines/status").json.get("tasks")
                return tasks and tasks[0]["worker_id"].endswith(f":{its_port}")

            wait_until(runs_there)
            with path.open("a") as file:
                file.write("two\n")
            assert _values(kafka, topic, 2) == ["one", "two"]
            rest.wait("lines", "RUNNING", "FAILED")
            assert "fenced" in rest.get("/connectors/lines/status").text
            answer = rest.create(_lines("more", path, topic))
            assert answer.status == 500 and "another worker" in answer.text
            time.sleep(1)
            assert kafka.count(topic) == 2
            assert _read(connect.rest, "/connectors") == ["lines"]
