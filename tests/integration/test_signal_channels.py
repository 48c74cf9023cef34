"""Signals from Kafka and from a file: each is executed once, whatever happens in between."""

import contextlib
import json

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from bed import scratch, wait_until
from bed.process import GIVE_UP


@pytest.fixture(params=["pg", "mysql"])
def database(request, name):
    with request.getfixturevalue(request.param).database(name) as database:
        database.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3);"
                     "CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1), (2)")
        yield database


@pytest.fixture
def signal(database):
    """A function: the signal that has a table read, as Kafka's records and the file's lines say
    it."""
    schema = "public" if database.server.kind == "postgres" else database.name

    def make(table, kind="incremental"):
        return {"id": table, "type": "execute-snapshot",
                "data": {"data-collections": [f"{schema}.{table}"], "type": kind}}

    return make


@pytest.fixture
def send(kafka, database):
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    kafka.create_topic(f"{database.name}-signal")

    def send_all(*signals, key=database.name):
        for text in signals:
            text = text if isinstance(text, str) else json.dumps(text)
            producer.produce(f"{database.name}-signal", text, key)
        assert producer.flush(GIVE_UP) == 0

    return send_all


def _wait_committed(kafka, group, topic, offset):
    with contextlib.closing(Consumer({"bootstrap.servers": kafka.bootstrap,
                                      "group.id": group})) as consumer:
        def found():
            return consumer.committed([TopicPartition(topic, 0)], timeout=GIVE_UP)[0].offset

        wait_until(lambda: found() == offset, what=f"{group}'s offset {offset}")


def test_from_kafka(tailrace, topics, kafka, database, signal, send):
    send(signal("u"), key="another connector")
    send("no JSON", {"type": "no-such-type", "data": {}}, signal("t"))
    topic, group = f"{database.name}-signal", f"{database.name}-group"
    with tailrace(snapshot_mode="no_data", read_only="true", signal_enabled_channels="kafka",
                  signal_kafka_groupId=group) as engine:
        engine.wait_log("level=warn .*signal.kafka.topic is ignored")
        engine.wait_log("level=warn .*no such type")
        assert topics.ops("[^.]*[.]t", 3) == [("r", {"id": n}, {"id": n}) for n in (1, 2, 3)]
        engine.kill9()
        send(signal("u", "blocking"))
        engine.start()
        assert sorted(key["id"] for _, key, _ in topics.ops("[^.]*[.]u", 2)) == [1, 2]
        _wait_committed(kafka, group, topic, 5)
        assert len(topics.records("[^.]*[.]t")) == 3


def test_from_a_file(tailrace, topics, database, signal):
    path = scratch("signals") / "signals"
    with tailrace(snapshot_mode="no_data", read_only="true", signal_enabled_channels="file",
                  signal_file=path, signal_poll_interval_ms=20) as engine:
        engine.wait_streaming()  # there is no file yet
        path.write_text("no JSON\n" + json.dumps(signal("t")))
        engine.wait_log("level=warn .*signal.file is ignored")
        assert len(topics.records("[^.]*[.]t", 3)) == 3
        wait_until(lambda: path.read_text() == "", what="the file to be emptied")
        path.write_text(json.dumps(signal("u")) + "\n")
        assert len(topics.records("[^.]*[.]u", 2)) == 2
        engine.kill9()  # whether it has emptied the file, or not
        engine.start()
        engine.wait_streaming()
        wait_until(lambda: path.read_text() == "", what="the file to be emptied")
        database.sql("INSERT INTO t VALUES (4)")
        assert topics.ops("[^.]*[.]t", 4)[-1][0] == "c"
        assert len(topics.records("[^.]*[.]u")) == 2
