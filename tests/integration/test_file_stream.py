"""Connect's example connectors: a file into a topic, topics into a file."""

import json
import os
import re

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from bed import Tailrace, scratch, wait_until, worker
from bed.process import GIVE_UP

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
STRING = "org.apache.kafka.connect.storage.StringConverter"


@pytest.fixture
def folder():
    return scratch("file-stream")


@pytest.fixture
def run(kafka, name):
    def start(*connectors, **changes):
        return Tailrace(*connectors, worker=worker(kafka, group=name, **changes))

    return start


def _source(name, folder, **more):
    return {"name": name, "connector.class": SOURCE, "file": str(folder / "in.txt"),
            "topic": name} | more


def _sink(name, folder, **more):
    return {"name": name, "connector.class": SINK, "file": str(folder / "out.txt"),
            "value.converter": STRING} | more


def _append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def _produce(kafka, topic, *values):
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for value in values:
        producer.produce(topic, value)
    producer.flush()


def _wait_text(path, text):
    wait_until(lambda: path.exists() and path.read_text() == text, what=f"{path}: {text!r}")


def _values(kafka, topic, count=None):
    return [record.value and record.value.decode() for record in kafka.consume(topic, count)]


def test_lines_become_records(run, kafka, folder, name):
    source = folder / "in.txt"
    _append(source, "one\ntwo\r\n\nthree")
    with run(_source(name, folder)) as engine:
        engine.wait_streaming()
        records = kafka.consume(name, 3)
        assert [record.json for record in records] == [
            {"schema": {"type": "string", "optional": False}, "payload": line}
            for line in ("one", "two", "")]
        assert all(record.key is None for record in records)
        _append(source, " and more\nfünf\n")
        assert [record.json["payload"] for record in kafka.consume(name, 5)][3:] == [
            "three and more", "fünf"]


def test_each_line_once_over_restarts(run, kafka, folder, name):
    source, lines = folder / "in.txt", [f"line {i}" for i in range(3000)]
    with run(_source(name, folder, **{"value.converter": STRING, "batch.size": "7"})) as engine:
        for part in range(6):
            _append(source, "".join(line + "\n" for line in lines[part * 500:][:500]))
            engine.wait_streaming()
            if part % 2:
                engine.restart()
            else:
                engine.kill9()
                engine.start()
        assert _values(kafka, name, len(lines)) == lines
    assert _values(kafka, name) == lines


def test_the_position_is_connects(run, kafka, folder, name):
    _append(folder / "in.txt", "ä\n")
    with run(_source(name, folder)) as engine:
        engine.wait_streaming()
        kafka.consume(name, 1)
        engine.stop()
    offsets = [record for record in kafka.consume(f"{name}-offsets")
               if record.key and record.value]
    assert json.loads(offsets[-1].key) == [name, {"filename": str(folder / "in.txt")}]
    assert json.loads(offsets[-1].value)["position"] == 3  # bytes


def test_a_file_that_appears_later(run, kafka, folder, name):
    with run(_source(name, folder, **{"value.converter": STRING})) as engine:
        engine.wait_log("the file can't be opened, waiting for it")
        _append(folder / "in.txt", "here\n")
        assert _values(kafka, name, 1) == ["here"]


def test_a_file_that_is_replaced_or_cut_is_told_of(run, kafka, folder, name):
    source = folder / "in.txt"
    _append(source, "old line\n")
    with run(_source(name, folder, **{"value.converter": STRING})) as engine:
        assert _values(kafka, name, 1) == ["old line"]
        os.rename(source, folder / "old.txt")
        _append(source, "new\n")
        engine.wait_log("the file was replaced")
        _append(folder / "old.txt", "late\n")  # a logger that hasn't noticed yet
        assert _values(kafka, name, 2) == ["old line", "late"]
        os.truncate(folder / "old.txt", 0)
        engine.wait_log("the file is shorter than what was read of it")


def test_standard_input(run, kafka, name):
    source = {"name": name, "connector.class": "FileStreamSource", "topic": name,
              "value.converter": STRING}
    with run(source) as engine:  # there is nothing to read, and no end
        engine.wait_streaming()
        assert engine.stop() == 0


def test_transforms_change_lines(run, kafka, folder, name):
    _append(folder / "in.txt", "x\n")
    hoist = {"transforms": "h", "transforms.h.field": "line",
             "transforms.h.type": "org.apache.kafka.connect.transforms.HoistField$Value",
             "value.converter.schemas.enable": "false"}
    with run(_source(name, folder, **hoist)):
        assert _values(kafka, name, 1) == ['{"line":"x"}']


def test_a_transform_that_wants_a_struct_fails_the_connector(run, folder, name):
    _append(folder / "in.txt", "x\n")
    extract = {"transforms": "x", "transforms.x.field": "a",
               "transforms.x.type": "org.apache.kafka.connect.transforms.ExtractField$Value"}
    with run(_source(name, folder, **extract)) as engine:
        assert "x" in engine.wait_log(r"state=FAILED.*")[0]


def test_records_become_lines(run, kafka, folder, name):
    kafka.create_topic(name, partitions=3)
    _produce(kafka, name, "one", None, "")
    with run(_sink(name, folder, topics=name)) as engine:
        out = folder / "out.txt"
        wait_until(lambda: out.exists() and len(out.read_text().splitlines()) == 3)
        assert sorted(out.read_text().splitlines()) == ["", "null", "one"]
        _produce(kafka, name, "two")
        wait_until(lambda: "two\n" in out.read_text())
        assert engine.stop() == 0
        engine.start()
        _produce(kafka, name, "three")
        wait_until(lambda: "three\n" in out.read_text())
    assert len((folder / "out.txt").read_text().splitlines()) == 5  # none twice


def test_the_group_is_connects(run, kafka, folder, name):
    kafka.create_topic(name)
    _produce(kafka, name, "one", "two")
    with run(_sink(name, folder, topics=name)) as engine:
        _wait_text(folder / "out.txt", "one\ntwo\n")
        engine.stop()
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": f"connect-{name}"})
    committed = consumer.committed([TopicPartition(name, 0)], timeout=GIVE_UP)
    consumer.close()
    assert committed[0].offset == 2


def test_a_kill_loses_no_line(run, kafka, folder, name):
    kafka.create_topic(name, partitions=2)
    soon = {"consumer.override.session.timeout.ms": "6000"}
    values = [f"line {i}" for i in range(2000)]
    with run(_sink(name, folder, topics=name, **soon)) as engine:
        out = folder / "out.txt"
        for part in range(2):
            _produce(kafka, name, *values[part * 1000:][:1000])
            wait_until(lambda: out.exists() and out.read_text())
            engine.kill9()
            engine.start()
        wait_until(lambda: set(out.read_text().splitlines()) == set(values))


def test_json_is_printed_as_connect_prints_it(run, kafka, folder, name):
    kafka.create_topic(name)
    schema = {"type": "struct", "fields": [{"field": "a", "type": "int32"},
                                           {"field": "b", "type": "string", "optional": True}]}
    _produce(kafka, name, json.dumps({"schema": schema, "payload": {"a": 1, "b": "x"}}),
             json.dumps({"schema": schema, "payload": {"a": 2, "b": None}}))
    converter = {"value.converter": "org.apache.kafka.connect.json.JsonConverter"}
    with run(_sink(name, folder, topics=name, **converter)) as engine:
        _wait_text(folder / "out.txt", "Struct{a=1,b=x}\nStruct{a=2}\n")
        _produce(kafka, name, "plain text")
        failure = engine.wait_log(r"state=FAILED.*")[0]
        assert re.search(rf"topic {name}, partition 0, offset 2 is not JSON", failure)
        assert "value.converter" in failure


def test_topics_by_pattern(run, kafka, folder, name):
    kafka.create_topic(f"{name}.a")
    kafka.create_topic(f"{name}.b")
    kafka.create_topic(f"{name}-no")
    for topic in (f"{name}.a", f"{name}.b", f"{name}-no"):
        _produce(kafka, topic, topic)
    with run(_sink(name, folder, **{"topics.regex": name + r"\.\w"})):
        out = folder / "out.txt"
        wait_until(lambda: out.exists() and len(out.read_text().splitlines()) == 2)
    assert sorted(out.read_text().splitlines()) == [f"{name}.a", f"{name}.b"]


def test_a_topic_that_is_made_later(run, kafka, folder, name):
    with run(_sink(name, folder, topics=name)) as engine:
        engine.wait_log("Subscribed topic not available")
        kafka.create_topic(name)
        _produce(kafka, name, "one")
        _wait_text(folder / "out.txt", "one\n")


def test_both_in_one_process(run, kafka, folder, name):
    """The first page of every Connect tutorial."""
    kafka.create_topic(name)
    _append(folder / "in.txt", "foo\nbar\n")
    with run(_source(name, folder, **{"value.converter": STRING}),
             _sink(name + "-sink", folder, topics=name)):
        _wait_text(folder / "out.txt", "foo\nbar\n")
        _append(folder / "in.txt", "Another line\n")
        _wait_text(folder / "out.txt", "foo\nbar\nAnother line\n")
