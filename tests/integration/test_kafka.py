"""What Kafka can refuse: retried when it may pass, FAILED with the cure when it can't."""

import re

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import ConfigResource
from views import error_of

from bed import Kafka, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP


def test_unreachable_at_the_start(db, name):
    """Tried again until it is there."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    kafka = Kafka()  # its port is reserved, nothing listens
    changes = {"retriable_restart_connector_wait_ms": 500}
    with Tailrace(connector(db, **changes), worker=worker(kafka, group=name)) as engine:
        engine.wait_state("RESTARTING")
        assert kafka.bootstrap in error_of(engine.log)
        with kafka:
            engine.wait_streaming()
            assert len(kafka.consume(f"{db.name}.public.t", 1)) == 1
            assert engine.stop() == 0


def test_no_topic_and_none_may_be_made(tailrace, topics, kafka, db):
    """Nothing is lost: the topic is made by hand, and all is there."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace(set_worker={"topic_creation_enable": "false"}) as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (1)")
        engine.wait_state("FAILED")
        error = error_of(engine.log)
        assert f"{db.name}.public.t" in error and "topic.creation.enable" in error
        assert engine.wait() == 1
        kafka.create_topic(f"{db.name}.public.t")
        db.sql("INSERT INTO t VALUES (2)")
        engine.start()
        assert [key["id"] for _, key, _ in topics.ops("public.t", 2)] == [1, 2]


def test_message_larger_than_the_topic_allows(tailrace, topics, kafka, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    topic = f"{db.name}.public.t"
    kafka.create_topic(topic, max_message_bytes=100_000)
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (1, 'small')")
        topics.records("public.t", 1)
        db.sql("INSERT INTO t VALUES (2, (SELECT string_agg(md5(i::text), '') "
               "FROM generate_series(1, 10000) i))")
        db.sql("INSERT INTO t VALUES (3, 'small')")
        engine.wait_state("FAILED")
        error = error_of(engine.log)
        assert topic in error and '{"id":2}' in error and "max.message.bytes" in error
        assert 320_000 <= int(re.search(r"(\d{6}) bytes", error).group(1)) < 330_000
        assert engine.wait() == 1
        assert len(topics.records("public.t")) == 1
        _alter(kafka, topic, "max.message.bytes", "1000000")
        engine.start()
        assert [key["id"] for _, key, _ in topics.ops("public.t", 3)] == [1, 2, 3]


def test_message_larger_than_the_producer_allows(tailrace, topics, kafka, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    kafka.create_topic(f"{db.name}.public.t", max_message_bytes=4_000_000)
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (1, repeat('x', 2000000))")
        engine.wait_state("FAILED")
        error = error_of(engine.log)
        assert f"{db.name}.public.t" in error and '{"id":1}' in error
        assert "producer.override.max.request.size" in error
        engine.wait()
        engine.connectors[0]["producer.override.max.request.size"] = "4000000"
        engine.start()
        assert [key["id"] for _, key, _ in topics.ops("public.t", 1)] == [1]


def test_fenced_by_a_second_instance(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as first:
        first.wait_streaming()
        db.sql("INSERT INTO t VALUES (1)")
        topics.records("public.t", 1)
        with tailrace() as second:
            second.wait_streaming()
            db.sql("INSERT INTO t VALUES (2)")
            topics.records("public.t", 2)
            first.wait_state("FAILED")
            error = error_of(first.log)
            assert "fenced" in error and "transactional.id" in error and "group.id" in error
            assert first.wait() == 1
            db.sql("INSERT INTO t VALUES (3)")
            assert [key["id"] for _, key, _ in topics.ops("public.t", 3)] == [1, 2, 3]
            assert second.state() == "RUNNING"


def test_transactional_id_is_connects(tailrace, kafka, db, name):
    """So that a Connect task of the same name is fenced too."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        listed = kafka.java("org.apache.kafka.tools.TransactionsCommand", "--bootstrap-server",
                            kafka.bootstrap, "list")
        assert f"{name}-{db.name}-0" in listed


@pytest.mark.parametrize("setting, value", [
    ("producer.override.compression.type", "middle-out"),
    ("producer.override.nonsense", "1"),
    ("producer.override.transactional.id", "mine"),
    ("producer.override.acks", "1"),
])
@pytest.mark.parametrize("command", ["run", "check"])
def test_producer_settings_that_cannot_be(db, name, kafka, command, setting, value):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    done = Tailrace(connector(db, **{setting: value}), worker=worker(kafka, group=name),
                    command=command).run()
    assert done.returncode in (1, 2)
    assert setting in done.stderr + done.stdout
    assert "RESTARTING" not in done.stderr


def test_a_transaction_timeout_that_the_broker_does_not_allow(tailrace, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    done = tailrace(producer_override_transaction_timeout_ms="86400000").run()
    assert done.returncode == 1
    error = error_of(done.stderr)
    assert "transaction.timeout.ms" in error and "transaction.max.timeout.ms" in error


def test_a_neighbours_open_transaction_delays_the_start(tailrace, kafka, topics, db, name):
    """Its marker decides whether a position that stands behind it counts."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    kafka.create_topic(f"{name}-offsets", cleanup_policy="compact")
    neighbour = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": f"n-{name}"})
    neighbour.init_transactions(GIVE_UP)
    neighbour.begin_transaction()
    neighbour.produce(f"{name}-offsets", key='["other",{"server":"other"}]', value="{}")
    assert neighbour.flush(GIVE_UP) == 0
    with tailrace() as engine:
        engine.wait_log("another producer's transaction is open")
        neighbour.commit_transaction(GIVE_UP)
        engine.wait_streaming()
        assert len(topics.records("public.t", 1)) == 1


def _alter(kafka, topic, setting, value):
    """Until the broker has taken it over: its controller answers before that."""
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, set_config={setting: value})
    for future in kafka.admin.alter_configs([resource]).values():
        future.result(GIVE_UP)
    wait_until(lambda: kafka.topic_config(topic).get(setting) == value)
