"""A recording of a MySQL or MariaDB connector becomes a case."""
import json

import binlog_recording
import case
import scope

_CONFIG = {**case.BINLOG_BASE, "topic.prefix": "${TOPIC_PREFIX}", "snapshot.mode": "no_data",
           "schema.history.internal.kafka.topic": "${HISTORY_TOPIC}"}
_SOURCE = ('"source":{"version":"3.6.1.Final","ts_ms":1,"server_id":3501,'
           '"gtid":"c6e5c116-e555-11f1-b32b-02fc00000001:7","pos":%d,"row":0,"thread":9}')


def _record(pos):
    return json.dumps({"topic": "my_c.inv.t", "partition": 0, "key": None, "headers": [],
                       "value": "{" + _SOURCE % pos + "}", "timestamp_type": "CreateTime"}) + "\n"


def _take(tmp_path, status, **files):
    files = {
        "server": "mysql\n", "README": "two rows\n", "connector.json": json.dumps(_CONFIG),
        "setup.sql": "CREATE TABLE t (id int)", "changes.sql": "INSERT INTO t VALUES (1);\n",
        "expected.mysql.jsonl": _record(99) + _record(99) + _record(100),
        "expected.mysql.status.json": json.dumps(status), **files}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    binlog_recording.take(tmp_path, "c", tmp_path)
    return case.read_expected(tmp_path / "c.mysql.expected")


def test_case(tmp_path):
    running = {"connector": "RUNNING", "tasks": ["RUNNING"]}
    changes = "-- @on 2\nBEGIN;\n-- @wait\nCOMMIT;\n-- @fresh_binlog\n"
    expected = _take(tmp_path, running, **{"before.sql": "SET GLOBAL x=1;", "changes.sql": changes,
                                           "options.json": '{"db": "a b", "changes_anyway": true}'})
    written = """-- two rows
-- @only mysql
-- @database a b
-- @config snapshot.mode=no_data
-- @go-on
-- @before
SET GLOBAL x=1;
-- @setup
CREATE TABLE t (id int)
-- @create
-- @on 2
BEGIN;
-- @sync
COMMIT;
-- @fresh-binlog
"""
    assert (tmp_path / "c.sql").read_text() == written
    read = case.read_case(tmp_path / "c.sql", "mysql")
    assert read.name == "my_c" and read.steps[3] == ("create", "", "-- @on 2\nBEGIN;\n")
    assert expected.state == "RUNNING"
    assert [r["value"].partition('"pos":')[2] for r in expected.records] == [
        f'<pos#{n}>,"row":0,"thread":<thread>}}}}' for n in (1, 1, 2)]
    assert '"server_id":3501,"gtid":"<uuid>:7"' in expected.records[0]["value"]


def test_refused(tmp_path):
    message = "It has an error:\nThe 'a.b' value is invalid: no"
    refused = _take(tmp_path, {"connector": None, "tasks": [], "rest": {"message": message}})
    assert refused.state == "REFUSED" and refused.blames == ["a.b"]


def test_servers():
    assert [scope.server(n) for n in ("a", "a.mysql", "a.mariadb")] == \
        ["postgres", "mysql", "mariadb"]
