"""tailrace offsets without a running worker: straight against Kafka, from the files alone."""

import json
import subprocess

import pytest
from confluent_kafka import Producer

from bed import Tailrace, connector, worker
from bed.kafka import client_config
from bed.ports import free_port
from bed.process import GIVE_UP
from bed.tailrace import binary


@pytest.fixture
def engine(db, kafka, name):
    """A connector that isn't running."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
    return Tailrace(connector(db, name), worker=worker(kafka, group=name))


@pytest.fixture
def offsets(engine):
    """Runs tailrace offsets on the engine's files."""
    def run(*args):
        files = engine.argv()[2:]
        options = [word for file in files for word in ("--config", file)]
        return subprocess.run([binary(), "offsets", *args, *options], capture_output=True,
                              text=True, timeout=GIVE_UP, cwd=engine.folder, check=False)
    return run


def _produce(kafka, topic, key, value):
    producer = Producer(client_config(kafka.bootstrap))
    producer.produce(topic, json.dumps(value).encode(), json.dumps(key).encode())
    assert producer.flush(GIVE_UP) == 0


def test_without_a_worker(engine, offsets, kafka, name, tmp_path):
    assert "no offsets" in offsets("show", name).stdout
    with engine:
        engine.wait_streaming()
        assert len(kafka.consume(f"{name}.public.t", 2)) == 2
    exported = offsets("export", name)
    assert exported.returncode == 0, exported.stderr
    first = json.loads(exported.stdout)["offsets"]
    assert [offset["partition"] for offset in first] == [{"server": name}]
    file = tmp_path / "offsets.json"
    file.write_text(exported.stdout, encoding="utf-8")

    assert "would be set" in offsets("set", name, "lsn=12", "--dry-run").stdout
    assert json.loads(offsets("export", name).stdout)["offsets"] == first
    done = offsets("set", name, "lsn=12")
    assert done.returncode == 0 and "no worker was running" in done.stdout
    assert "lsn = 12" in offsets("show", name).stdout
    assert offsets("import", name, str(file)).returncode == 0
    assert json.loads(offsets("export", name).stdout)["offsets"] == first

    assert offsets("show", "nosuch").returncode == 1
    with engine:  # goes on from what was imported
        engine.wait_streaming()
    assert len(kafka.consume(f"{name}.public.t")) == 2


def test_change_fences_who_runs(engine, offsets, db, name):
    with engine:
        engine.wait_streaming()
        done = offsets("set", name, "tailrace_note=1")
        assert done.returncode == 0, done.stderr
        db.sql("INSERT INTO t VALUES (3)")  # it notices with its next transaction
        engine.wait_state("FAILED")


def test_a_running_worker_is_asked(engine, offsets, name):
    engine.worker["listeners"] = f"http://127.0.0.1:{free_port()}"
    with engine:
        engine.wait_streaming()
        assert offsets("show", name).returncode == 0
        refused = offsets("set", name, "lsn=12")
        assert refused.returncode == 1 and "STOPPED state" in refused.stderr


def test_import_from_another_topic(engine, offsets, kafka, name):
    """Debezium's offset, in the offsets topic of a Connect cluster that is no more."""
    topic = f"{name}-connect-offsets"
    kafka.create_topic(topic)
    kafka.create_topic(f"{name}-offsets", cleanup_policy="compact")
    position = {"lsn_proc": 4711, "messageType": "INSERT", "lsn_commit": 4700, "lsn": 4711,
                "txId": 7, "ts_usec": 1700000000000000}
    _produce(kafka, topic, ["old", {"server": name}], position)
    missing = offsets("import", name, "--from-topic", topic)
    assert missing.returncode == 1 and "--from-connector" in missing.stderr
    done = offsets("import", name, "--from-topic", topic, "--from-connector", "old")
    assert done.returncode == 0, done.stderr
    assert json.loads(offsets("export", name).stdout)["offsets"] == [
        {"partition": {"server": name}, "offset": position}]


def test_usage(tmp_path):
    def run(*args):
        done = subprocess.run([binary(), "offsets", *args], capture_output=True, text=True,
                              timeout=GIVE_UP, check=False)
        return done.returncode, done.stderr
    assert run("import", "c", "--from-topic", "t")[0] == 2
    assert run("import", "c", "f", "--from-connector", "o")[0] == 2
    status, error = run("show", "c", "--config", str(tmp_path / "missing.properties"))
    assert status == 2 and "missing.properties" in error
