"""A recording becomes a case: what differs from the defaults stays, what is volatile goes."""
import importlib
import json

import case

recordings = importlib.import_module("import")

_CONFIG = {**case.BASE, "database.dbname": "${PG_DB}", "slot.name": "${SLOT}",
           "topic.prefix": "${TOPIC_PREFIX}", "snapshot.mode": "no_data"}
_RECORD = {"topic": "c.public.t", "partition": 0, "offset": 7, "key": None, "value": '{"lsn":4711}',
           "headers": [], "timestamp_type": "CreateTime", "timestamp": 1}
_CHANGES = """INSERT INTO t VALUES (1);
-- @sync
-- @offsets seen
INSERT INTO t VALUES (2);
-- @sleep 2
"""


def _recording(tmp_path, **outcome):
    files = {
        "connector.json": json.dumps(_CONFIG),
        "case.json": json.dumps({"about": "two rows", "continue": True, "mask": [r"after\.x"]}),
        "setup.sql": "CREATE TABLE t (id int)",
        "changes.sql": _CHANGES,
        "expected.jsonl": json.dumps(_RECORD) + "\n",
        "outcome.json": json.dumps(outcome),
        "rest.json": json.dumps([{"label": "validate", "errors": {"slot.name": ["is bad"]}}]),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return recordings.Recording(tmp_path)


def test_case(tmp_path):
    made = _recording(tmp_path).case("c")
    made.write(tmp_path / "c.sql")
    assert (tmp_path / "c.sql").read_text() == """-- two rows
-- @config snapshot.mode=no_data
-- @mask after\\.x
-- @go-on
CREATE TABLE t (id int)
-- @create
INSERT INTO t VALUES (1);
-- @sync
INSERT INTO t VALUES (2);
-- @sleep 2
"""


def test_outcome(tmp_path):
    made = _recording(
        tmp_path, connector_state="RUNNING", task_states=["FAILED"], sql_errors=["ERROR:  no"],
        trace_head=["io.debezium.DebeziumException: lost at offset {lsn=5}", "\tat x"],
        publication=["p all=true tables=b,a"]).expected()
    assert made.state == "FAILED"
    assert made.errors == ["DebeziumException: lost …", "is bad"]
    assert made.blames == ["slot.name"]
    assert made.publications == ["p all=true tables=a,b"]
    assert made.records[0]["value"] == '{"lsn":<lsn#1>}'


def test_refused(tmp_path):
    assert _recording(tmp_path, connector_state=None).expected().state == "REFUSED"
