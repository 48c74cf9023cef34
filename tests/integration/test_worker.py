"""The worker: connectors that are kept in Kafka Connect's topics, over the REST API."""

import json

import pytest
from confluent_kafka import Producer

from bed import Kafka, Postgres, Rest, Tailrace, connector, stored, wait_until
from bed.kafka import client_config
from bed.ports import free_port
from bed.process import GIVE_UP


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def rest(port):
    return Rest(port)


@pytest.fixture
def start(kafka, name, port):
    """Makes a worker without connectors; its changes are keywords or a dict."""
    def make(*connectors, **changes):
        return Tailrace(*connectors, worker=stored(kafka, name, port, **changes))

    return make


@pytest.fixture
def c(db):
    """The connector's name: no other test's, because topics stay."""
    return db.name


@pytest.fixture
def records(kafka, name):
    """A function: what the config (or status) topic holds, as {key: [values]}."""
    def read(topic="configs"):
        found = {}
        for record in kafka.consume(f"{name}-{topic}"):
            value = json.loads(record.value) if record.value else None
            found.setdefault(record.key.decode(), []).append(value)
        return found

    return read


def _table(db, table="t"):
    db.sql(f"CREATE TABLE {table} (id int PRIMARY KEY, v text); "
           f"INSERT INTO {table} VALUES (1, 'a')")


def _ready(rest):
    return rest.wait_ready()


def test_a_stored_connector_survives(start, rest, db, kafka, c):
    _table(db)
    with start() as worker:
        assert _ready(rest).get("/connectors").json == []
        answer = rest.create(connector(db))
        assert answer.status == 201, answer.text
        rest.wait(c, "RUNNING", "RUNNING")
        kafka.consume(f"{c}.public.t", 1)
        worker.kill9()
        worker.start()
        _ready(rest).wait(c, "RUNNING", "RUNNING")
        db.sql("INSERT INTO t VALUES (2, 'b')")
        assert len(kafka.consume(f"{c}.public.t", 2)) == 2
        assert rest.delete(f"/connectors/{c}").status == 204
        wait_until(lambda: "state=STOPPED" in worker.log)
        worker.restart()
        assert _ready(rest).get("/connectors").json == []


def test_records_are_connects(start, rest, db, records, c):
    """Byte for byte what KafkaConfigBackingStore writes, but for the order of properties."""
    _table(db)
    with start():
        _ready(rest)
        config = connector(db)
        rest.create(config)
        rest.wait(c, "RUNNING", "RUNNING")
        rest.put(f"/connectors/{c}/stop")
        rest.wait(c, "STOPPED")
        rest.put(f"/connectors/{c}/pause")
        rest.create({**config, "name": "d", "slot.name": "d"}, initial_state="STOPPED")
        rest.delete("/connectors/d")
        found = records()
    task = {**config, "task.class": f"{config['connector.class']}Task"}
    assert found[f"connector-{c}"] == [{"properties": config}]
    assert found[f"task-{c}-0"] == [{"properties": task}]
    assert found[f"commit-{c}"] == [{"tasks": 1}, {"tasks": 0}]
    assert found[f"tasks-fencing-{c}"] == [{"task-count": 1}]
    assert found[f"target-state-{c}"] == [{"state": "STARTED", "state.v2": "STARTED"},
                                       {"state": "PAUSED", "state.v2": "STOPPED"},
                                       {"state": "PAUSED", "state.v2": "PAUSED"}]
    assert found["connector-d"][-1] is None and found["target-state-d"][-1] is None


def test_topics_are_made_as_connect_makes_them(start, rest, kafka, name):
    with start(**{"status.storage.partitions": 3, "config.storage.min.insync.replicas": 1}):
        _ready(rest)
        wait_until(lambda: f"{name}-status" in kafka.topics())
        assert kafka.partitions(f"{name}-configs") == 1
        assert kafka.partitions(f"{name}-status") == 3
        for topic in ("configs", "status"):
            assert kafka.topic_config(f"{name}-{topic}")["cleanup.policy"] == "compact"


@pytest.mark.parametrize("partitions, policy, said", [
    (1, "delete", "cleanup.policy=delete"),
    (1, "compact,delete", "cleanup.policy=compact,delete"),
    (2, "compact", "2 partitions"),
])
def test_a_topic_that_would_forget(start, kafka, name, partitions, policy, said):
    kafka.create_topic(f"{name}-configs", partitions, cleanup_policy=policy)
    done = start().run()
    assert done.returncode == 1
    assert said in done.stderr and "config.storage.topic" in done.stderr


def test_pause_resume_stop(start, rest, db, kafka, c):
    _table(db)
    with start():
        _ready(rest).create(connector(db))
        rest.wait(c, "RUNNING", "RUNNING")
        kafka.consume(f"{c}.public.t", 1)
        assert rest.put(f"/connectors/{c}/pause").status == 202
        rest.wait(c, "PAUSED", "PAUSED")
        db.sql("INSERT INTO t VALUES (2, 'b')")
        assert rest.put(f"/connectors/{c}/resume").status == 202
        rest.wait(c, "RUNNING", "RUNNING")
        assert len(kafka.consume(f"{c}.public.t", 2)) == 2
        assert rest.put(f"/connectors/{c}/stop").status == 204
        rest.wait(c, "STOPPED")
        rest.put(f"/connectors/{c}/pause")
        rest.wait(c, "PAUSED")
        rest.put(f"/connectors/{c}/resume")
        rest.wait(c, "RUNNING", "RUNNING")


def test_a_failure_stays_until_restart_and_disturbs_nobody(start, rest, db, kafka, c):
    good, bad = f"{c}_good", f"{c}_bad"
    failed = f'connector={bad} msg="connector state" state=FAILED'
    _table(db)
    with start() as worker:
        _ready(rest)
        for name in (good, bad):
            rest.create(connector(db, name, **{"publication.name": c}))
            rest.wait(name, "RUNNING", "RUNNING")
            kafka.consume(f"{name}.public.t", 1)
        rest.put(f"/connectors/{bad}/stop")
        rest.wait(bad, "STOPPED")
        wait_until(lambda: not db.value(
            "SELECT active FROM pg_replication_slots WHERE slot_name = %s", bad))
        db.sql(f"SELECT pg_drop_replication_slot('{bad}')")
        rest.put(f"/connectors/{bad}/resume")
        worker.wait_log(failed)
        rest.wait(bad, "RUNNING", "FAILED")
        trace = rest.get(f"/connectors/{bad}/status").json["tasks"][0]["trace"]
        assert bad in trace and "committed position: {" in trace and "tailrace_" not in trace
        again = f"/connectors/{bad}/restart?includeTasks=true&onlyFailed=true"
        assert rest.post(again).status == 202
        worker.wait_log(failed)  # once more: until it is restarted, the status is the old one
        rest.wait(bad, "RUNNING", "FAILED")
        db.sql("INSERT INTO t VALUES (2, 'b')")
        assert len(kafka.consume(f"{good}.public.t", 2)) == 2
        assert rest.states(good) == ("RUNNING", ["RUNNING"])
        # A failed task of a paused connector stays FAILED, as in Connect.
        rest.put(f"/connectors/{bad}/pause")
        rest.wait(bad, "PAUSED", "FAILED")
        rest.put(f"/connectors/{bad}/stop")
        rest.wait(bad, "STOPPED")
        assert rest.delete(f"/connectors/{bad}/offsets").status == 200
        rest.put(f"/connectors/{bad}/resume")
        rest.wait(bad, "RUNNING", "RUNNING")


def test_a_bad_configuration_is_not_kept(start, rest, db, records, c):
    with start():
        _ready(rest)
        answer = rest.create(connector(db, **{"database.password": "wrong"}))
        assert answer.status == 400 and "password" in answer.text, answer.text
        assert rest.create(connector(db, **{"decimal.handling.mode": "odd"})).status == 400
        assert rest.get("/connectors").json == []
        assert not any(key.startswith("connector-") for key in records())


def test_change_of_configuration(start, rest, db, kafka, c):
    _table(db)
    _table(db, "u")
    with start():
        _ready(rest)
        config = connector(db, **{"table.include.list": "public.t"})
        rest.create(config)
        kafka.consume(f"{c}.public.t", 1)
        config["table.include.list"] = "public.t,public.u"
        assert rest.put(f"/connectors/{c}/config", config).status == 200
        rest.wait(c, "RUNNING", "RUNNING")
        wait_until(lambda: db.value(
            "SELECT active FROM pg_replication_slots WHERE slot_name = %s", c))
        db.sql("INSERT INTO u VALUES (2, 'b')")
        assert {r.json["after"]["id"] for r in kafka.consume(f"{c}.public.u", 2)} == {1, 2}
        changes = {"tasks.max": "1", "table.include.list": None}
        answer = rest.patch(f"/connectors/{c}/config", changes)
        assert answer.status == 200 and "table.include.list" not in answer.json["config"]
        assert rest.create(config).status == 409


def test_offsets(start, rest, db, kafka, c):
    _table(db)
    with start():
        _ready(rest).create(connector(db))
        kafka.consume(f"{c}.public.t", 1)
        db.sql("INSERT INTO t VALUES (2, 'b')")
        kafka.consume(f"{c}.public.t", 2)

        def offsets():
            return rest.get(f"/connectors/{c}/offsets").json["offsets"]

        wait_until(lambda: offsets() and "lsn_commit" in offsets()[0]["offset"])
        assert offsets()[0]["partition"] == {"server": c}
        assert rest.delete(f"/connectors/{c}/offsets").status == 400
        rest.put(f"/connectors/{c}/stop")
        rest.wait(c, "STOPPED")
        (here,) = offsets()
        foreign = {"partition": {"server": "other"}, "offset": {"lsn": 1}}
        assert rest.patch(f"/connectors/{c}/offsets", {"offsets": [foreign]}).status == 200
        assert foreign in offsets() and here in offsets()
        wrong = {"partition": {"server": c}, "offset": {"lsn": "abc"}}
        answer = rest.patch(f"/connectors/{c}/offsets", {"offsets": [wrong]})
        assert answer.status == 400 and "lsn" in answer.text
        gone = {"partition": {"server": "other"}, "offset": None}
        assert rest.patch(f"/connectors/{c}/offsets", {"offsets": [gone]}).status == 200
        assert offsets() == [here]
        none = {"offsets": [{**here, "offset": None}]}
        assert rest.patch(f"/connectors/{c}/offsets", none).status == 200
        assert offsets() == []
        assert rest.delete(f"/connectors/{c}/offsets").status == 200
        assert offsets() == []
        db.sql("DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (3, 'c')")
        rest.put(f"/connectors/{c}/resume")
        # A new snapshot, with the slot's log behind it: what was deleted meanwhile is deleted,
        # and has a tombstone.
        seen = kafka.consume(f"{c}.public.t", 7)
        assert [record.json["op"] for record in seen if record.value] == ["r", "c", "r", "r", "d",
                                                                         "c"]


def _lines(kafka, topic, *lines):
    producer = Producer(client_config(kafka.bootstrap))
    for line in lines:
        producer.produce(topic, line)
    assert producer.flush(GIVE_UP) == 0


def test_offsets_of_a_sink(start, rest, kafka, name, tmp_path):
    """A group's, in Kafka Connect's form and words."""
    out = tmp_path / "out.txt"
    kafka.create_topic(name)
    _lines(kafka, name, "one", "two")

    def offsets():
        return rest.get(f"/connectors/{name}/offsets").json["offsets"]

    def alter(partition, offset):
        return rest.patch(f"/connectors/{name}/offsets",
                          {"offsets": [{"partition": partition, "offset": offset}]})

    with start():
        _ready(rest).create({"name": name, "connector.class": "FileStreamSink", "file": str(out),
                             "topics": name,
                             "value.converter": "org.apache.kafka.connect.storage.StringConverter"})
        wait_until(lambda: out.exists() and out.read_text() == "one\ntwo\n")
        rest.put(f"/connectors/{name}/stop")
        rest.wait(name, "STOPPED")
        place = {"kafka_topic": name, "kafka_partition": 0}
        wait_until(lambda: offsets() == [{"partition": place, "offset": {"kafka_offset": 2}}])
        for partition, offset, words in (
                ({"kafka_topic": name}, None, "must contain the keys"),
                ({**place, "kafka_topic": 1}, None, "must be valid strings"),
                ({**place, "kafka_partition": None}, None, "must be valid numbers"),
                ({**place, "kafka_partition": "x"}, None, "Kafka partition value"),
                (place, {"offset": 1}, "contain the key 'kafka_offset'"),
                (place, {"kafka_offset": -1}, "Kafka offset value")):
            answer = alter(partition, offset)
            assert answer.status == 400 and words in answer.text, answer.text
        assert alter({**place, "kafka_partition": "0"}, {"kafka_offset": "1"}).status == 200
        assert offsets() == [{"partition": place, "offset": {"kafka_offset": 1}}]
        rest.put(f"/connectors/{name}/resume")
        wait_until(lambda: out.read_text() == "one\ntwo\ntwo\n")
        rest.put(f"/connectors/{name}/stop")
        rest.wait(name, "STOPPED")
        wait_until(lambda: offsets()[0]["offset"] == {"kafka_offset": 2})
        assert alter(place, None).status == 200
        assert offsets() == []
        assert alter(place, {"kafka_offset": 1}).status == 200
        assert rest.delete(f"/connectors/{name}/offsets").status == 200
        assert offsets() == []


def test_without_exactly_once(start, rest, db, kafka, c):
    """No transactions, and the same records."""
    _table(db)
    with start(**{"exactly.once.source.support": "disabled"}) as worker:
        _ready(rest).create(connector(db))
        kafka.consume(f"{c}.public.t", 1)
        worker.wait_streaming()  # a record is seen before the position behind it is written
        rest.put(f"/connectors/{c}/stop")
        rest.wait(c, "STOPPED")
        (here,) = rest.get(f"/connectors/{c}/offsets").json["offsets"]
        assert rest.patch(f"/connectors/{c}/offsets", {"offsets": [here]}).status == 200
        assert rest.get(f"/connectors/{c}/offsets").json["offsets"] == [here]
        worker.restart()
        _ready(rest).wait(c, "STOPPED")
        rest.put(f"/connectors/{c}/resume")
        rest.wait(c, "RUNNING", "RUNNING")


def test_own_offsets_topic(start, rest, db, kafka, c):
    _table(db)
    with start():
        _ready(rest).create(connector(db, **{"offsets.storage.topic": f"{c}-own"}))
        kafka.consume(f"{c}.public.t", 1)
        rest.put(f"/connectors/{c}/stop")
        rest.wait(c, "STOPPED")
        assert len(rest.get(f"/connectors/{c}/offsets").json["offsets"]) == 1
        assert rest.delete(f"/connectors/{c}/offsets").status == 200
        assert rest.get(f"/connectors/{c}/offsets").json["offsets"] == []
    kafka.delete_topic(f"{c}-own")


def test_topics(start, rest, db, kafka, records, c):
    _table(db)
    with start() as worker:
        _ready(rest).create(connector(db))
        kafka.consume(f"{c}.public.t", 1)
        topics = {c: {"topics": [f"{c}.public.t"]}}
        wait_until(lambda: rest.get(f"/connectors/{c}/topics").json == topics)
        worker.restart()
        assert _ready(rest).get(f"/connectors/{c}/topics").json == topics
        assert rest.put(f"/connectors/{c}/topics/reset").status == 202
        assert rest.get(f"/connectors/{c}/topics").json == {c: {"topics": []}}
        rest.wait(c, "RUNNING", "RUNNING")
        db.sql("INSERT INTO t VALUES (2, 'b')")
        wait_until(lambda: rest.get(f"/connectors/{c}/topics").json == topics)
        rest.delete(f"/connectors/{c}")
        key = f"status-topic-{c}.public.t:connector-{c}"
        wait_until(lambda: records("status")[key][-1] is None)


def test_states_in_the_status_topic(start, rest, db, records, port, c):
    _table(db)
    with start() as worker:
        _ready(rest).create(connector(db))
        rest.wait(c, "RUNNING", "RUNNING")
        wait_until(lambda: records("status").get(f"status-task-{c}-0"))
        worker.stop()
        found = records("status")
    task = found[f"status-task-{c}-0"]
    assert list(task[0]) == ["state", "trace", "worker_id", "generation", "version"]
    assert {"RUNNING"} <= {status["state"] for status in task}
    assert task[-1] == {"state": "UNASSIGNED", "trace": None, "worker_id": f"127.0.0.1:{port}",
                        "generation": 0, "version": task[0]["version"]}
    assert found[f"status-connector-{c}"][-1]["state"] == "UNASSIGNED"


def test_an_older_worker_cannot_write(start, rest, db, kafka, name, records, c):
    """Two of one group: the newer one owns the topic, as of two leaders of Connect."""
    other = Rest(free_port())
    with start():
        _ready(rest)
        newer = Tailrace(worker=stored(kafka, name, other.url.rsplit(":", 1)[1]))
        with newer:
            other.wait_ready()
            answer = rest.create(connector(db))
            assert answer.status == 500 and "another worker" in answer.text, answer.text
            assert f"connector-{c}" not in records()
            assert other.create(connector(db)).status == 201
    assert f"connector-{c}" in records()


def test_connectors_of_other_kinds_are_left_alone(start, rest, kafka, name, records):
    config = {"name": "s3", "connector.class": "io.confluent.connect.s3.S3SinkConnector",
              "topics": "t"}
    with start() as worker:
        _ready(rest)
        worker.stop()
        producer = Producer(client_config(kafka.bootstrap))
        producer.produce(f"{name}-configs", json.dumps({"properties": config}), "connector-s3")
        producer.produce(f"{name}-configs", '{"odd": 1}', "connector-odd")
        assert producer.flush(GIVE_UP) == 0
        worker.start()
        _ready(rest)
        assert rest.get("/connectors").json == ["s3"]
        assert rest.get("/connectors/s3/config").json == config
        assert rest.states("s3") == ("UNASSIGNED", [])
        worker.stop()
    assert records()["connector-s3"] == [{"properties": config}]


def test_without_topics_nothing_is_created(db, kafka, name, port, rest, c):
    _table(db)
    worker = stored(kafka, name, port, **{"config.storage.topic": None,
                                          "status.storage.topic": None})
    with Tailrace(connector(db, "f"), worker=worker):
        _ready(rest)
        answer = rest.create(connector(db))
        assert answer.status == 400 and "config.storage.topic" in answer.text
        rest.wait("f", "RUNNING", "RUNNING")
        answer = rest.put("/connectors/f/config", connector(db, "f"))
        assert answer.status == 400 and "declared" in answer.text
        rest.put("/connectors/f/stop")
        rest.wait("f", "STOPPED")


def test_kafka_away_at_the_start(start, rest, kafka, name, port):
    """The API answers, the worker waits; told to stop, it stops."""
    worker = start(**{"bootstrap.servers": f"127.0.0.1:{free_port()}"})
    with worker:
        wait_until(lambda: "can't be opened yet" in worker.log)
        assert rest.get("/connectors").status in (500, 503)
        assert worker.stop(timeout=8) == 0


def test_retries_tell_since_when(start, rest, kafka, name):
    with Postgres() as pg, pg.database(name) as db:
        c = db.name
        _table(db)
        with start():
            _ready(rest).create(connector(db))
            rest.wait(c, "RUNNING", "RUNNING")
            kafka.consume(f"{c}.public.t", 1)
            pg.stop(immediate=True)
            rest.wait(c, "RUNNING", "RESTARTING")
            trace = rest.get(f"/connectors/{c}/status").json["tasks"][0]["trace"]
            assert "failing since 20" in trace and "without success" in trace
            pg.start()
            rest.wait(c, "RUNNING", "RUNNING")
            rest.patch(f"/connectors/{c}/config", {"errors.retry.timeout": "1000"})
            rest.wait(c, "RUNNING", "RUNNING")
            pg.stop(immediate=True)
            rest.wait(c, "RUNNING", "FAILED")
            pg.start()
            rest.post(f"/connectors/{c}/restart")
            rest.wait(c, "RUNNING", "RUNNING")


def test_kafka_away_while_creating(name, port, rest, db, c):
    """A change that can't be stored is not made; one whose fate was not known is as the topic
    says, once that can be read."""
    _table(db)
    with Kafka() as kafka, Tailrace(worker=stored(kafka, name, port)) as worker:
        _ready(rest)
        kafka.freeze()
        answer = rest.create(connector(db))
        assert answer.status == 409, answer.text
        assert rest.get("/connectors").json == []
        assert rest.get("/").json["version"]
        kafka.thaw()

        def written():
            answer = rest.create(connector(db, f"{c}_2"))
            assert answer.status in (201, 409, 500), answer.text
            # It exists if an earlier try was committed after all, though its answer was an error.
            return answer.status == 201 or f"{c}_2 already exists" in answer.text

        wait_until(written)
        # The first one's transaction was aborted or is committed: the worker knows which.
        found = kafka.consume(f"{name}-configs")
        keys = {record.key.decode() for record in found}
        names = {key.removeprefix("connector-") for key in keys if key.startswith("connector-")}
        assert set(rest.get("/connectors").json) == names
        rest.wait(f"{c}_2", "RUNNING", "RUNNING")
        worker.kill9()
        worker.start()
        _ready(rest)
        assert set(rest.get("/connectors").json) == names
