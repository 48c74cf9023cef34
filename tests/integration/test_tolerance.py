"""A record that a transform can't do: it stops the connector, or is left out and kept aside."""

import pytest
from views import error_of

from bed import Rest, wait_until
from bed.metrics import Metrics
from bed.ports import free_port

CHAIN = {
    "transforms": "unwrap,number",
    "transforms_unwrap_type": "io.debezium.transforms.ExtractNewRecordState",
    "transforms_number_type": "org.apache.kafka.connect.transforms.Cast$Value",
    "transforms_number_spec": "v:int32",
}


@pytest.fixture
def letters(name):
    return f"{name}-letters"


@pytest.fixture
def tolerant(letters):
    return {**CHAIN, "errors_tolerance": "all", "errors_deadletterqueue_topic_name": letters,
            "errors_deadletterqueue_topic_replication_factor": "1",
            "errors_deadletterqueue_context_headers_enable": "true"}


def _row(db, i, v):
    db.sql(f"INSERT INTO t VALUES ({i}, '{v}')")


def test_it_stops(tailrace, topics, db, fails):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    with tailrace(**CHAIN) as engine:
        engine.wait_streaming()
        _row(db, 1, "7")
        _row(db, 2, "seven")
        engine.wait_state("FAILED")
        error = error_of(engine.log)
        assert "transform number (org.apache.kafka.connect.transforms.Cast$Value)" in error
        assert f"topic {db.name}.public.t" in error and '{"id":2}' in error
        assert "table public.t" in error and ", at " in error
        assert engine.wait() == 1
    assert [record.json["v"] for record in topics.records("public.t")] == [7]


def test_it_is_left_out(tailrace, topics, kafka, db, tolerant, letters):
    """Counted, logged, and in the dead letter topic once, whatever is replayed."""
    port = free_port()
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    _row(db, 1, "1")
    _row(db, 2, "two")
    listen = {"listeners": f"http://127.0.0.1:{port}"}
    more = {"errors_log_enable": "true", "errors_log_include_messages": "true"}
    with tailrace(set_worker=listen, **tolerant, **more) as engine:
        engine.wait_streaming()
        _row(db, 3, "three")
        _row(db, 4, "4")
        db.sql("UPDATE t SET id = 5 WHERE id = 3")  # a delete, which unwrap makes null; a create
        assert [r.json and r.json["v"] for r in topics.records("public.t", 3)] == [1, 4, None]
        wait_until(lambda: Metrics(Rest(port).get("/metrics").text).value(
            "tailrace_skipped_records_total", connector=db.name) == 3)
        log = engine.log
        assert log.count('msg="a record was left out"') == 3
        assert "stage=TRANSFORMATION" in log and r'key="{\"id\":2}"' in log
        engine.kill9()
        _row(db, 6, "six")
        engine.start()
        dead = kafka.consume(letters, 4)
        engine.stop()
    assert kafka.consume(letters) == dead
    assert [record.key_json["id"] for record in dead] == [2, 3, 5, 6]
    first = dead[0]
    assert first.json["after"] == {"id": 2, "v": "two"} and first.json["op"] == "r"
    headers = {key.removeprefix("__connect.errors."): value.decode()
               for key, value in first.headers if key.startswith("__connect.errors.")}
    message = headers.pop("exception.message")
    assert "transform number" in message and "field v" in message
    assert headers == {
        "topic": f"{db.name}.public.t", "partition": "-1", "offset": "-1",
        "connector.name": db.name, "task.id": "0", "stage": "TRANSFORMATION",
        "class.name": "org.apache.kafka.connect.transforms.Cast$Value",
        "exception.class.name": "org.apache.kafka.connect.errors.DataException"}


def test_without_a_topic_and_a_log(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    with tailrace(errors_tolerance="all", **CHAIN) as engine:
        engine.wait_streaming()
        _row(db, 1, "one")
        _row(db, 2, "2")
        assert [record.json["v"] for record in topics.records("public.t", 1)] == [2]
        assert engine.stop() == 0
        assert "was left out" not in engine.log


def test_scripts_that_fail(tailrace, topics, db):
    """An expression's mistake is a record's: the line is told."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    script = "local row = value.after or value.before\nreturn row.v:len() > 1"
    with tailrace(transforms="long", transforms_long_type="io.debezium.transforms.Filter",
                  transforms_long_language="lua", transforms_long_condition=script) as engine:
        engine.wait_streaming()
        _row(db, 1, "a")
        _row(db, 2, "bb")
        assert [op for op, _, _ in topics.ops("public.t", 1)] == ["c"]
        db.sql("INSERT INTO t VALUES (3, NULL)")
        engine.wait_state("FAILED")
        assert "condition:2: attempt to index a nil value" in error_of(engine.log)
