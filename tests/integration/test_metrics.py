"""/metrics: what it says is right, against real servers."""

import json
import re
import time
from pathlib import Path

import pytest
import yaml
from promql import Query

from bed import Kafka, Postgres, Rest, Tailrace, connector, stored, wait_until, worker
from bed.metrics import Metrics
from bed.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def metrics(port):
    """A function: /metrics as it is now."""
    return lambda: Metrics(Rest(port).get("/metrics").text)


@pytest.fixture
def run(kafka, name, port):
    """Makes a tailrace for a database, with /metrics."""
    def make(db, broker=kafka, **changes):
        if db.server.kind == "postgres":
            changes = {"publication_autocreate_mode": "filtered", **changes}
        settings = worker(broker, group=name, listeners=f"http://127.0.0.1:{port}")
        return Tailrace(connector(db, **changes), worker=settings)

    return make


def _events(metrics, table, c):
    found = metrics().all("tailrace_events_total", connector=c, table=table)
    return {dict(labels)["operation"]: value for labels, value in found.items()}


def _wait_value(metrics, expected, name, **labels):
    wait_until(lambda: metrics().value(name, **labels) == expected,
               what=f"{name} to be {expected}, not {metrics().value(name, **labels)}")


def test_counters_equal_what_was_written_to_postgresql(run, db, metrics):
    c, table = db.name, "public.t"
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY);"
           "INSERT INTO t SELECT i, 'a' FROM generate_series(1, 20) i; INSERT INTO u VALUES (1);"
           "ANALYZE")
    with run(db) as engine:
        engine.wait_streaming()
        wait_until(lambda: _events(metrics, table, c) == {"read": 20})
        assert _events(metrics, "public.u", c) == {"read": 1}
        now = metrics()
        assert now.value("tailrace_snapshot_running", connector=c) == 0
        assert now.value("tailrace_snapshot_tables", connector=c) == 2
        assert now.value("tailrace_snapshot_tables_remaining", connector=c) == 0
        assert now.value("tailrace_snapshot_rows", connector=c) == 21
        assert now.value("tailrace_snapshot_chunks", connector=c) == 2
        assert now.value("tailrace_snapshot_duration_seconds", connector=c) > 0
        before = now.value("tailrace_source_transactions_total", connector=c)

        db.sql("INSERT INTO t SELECT i, 'b' FROM generate_series(21, 27) i")
        db.sql("UPDATE t SET v = 'c' WHERE id <= 5")
        db.sql("UPDATE t SET id = 100 WHERE id = 6")  # delete, tombstone and create: one change
        db.sql("DELETE FROM t WHERE id IN (1, 2)")
        wait_until(lambda: _events(metrics, table, c) ==
                   {"read": 20, "create": 7, "update": 6, "delete": 2})
        _wait_value(metrics, 36, "tailrace_committed_events_total", connector=c)  # a moment later
        now = metrics()
        assert now.value("tailrace_source_transactions_total", connector=c) == before + 4
        assert now.value("tailrace_committed_events_total", connector=c) == 36
        assert now.value("tailrace_committed_bytes_total", connector=c) > 36 * 50
        commits = now.value("tailrace_commits_total", connector=c)
        assert now.value("tailrace_commit_duration_seconds_count", connector=c) == commits
        assert now.value("tailrace_commit_events_sum", connector=c) == 36
        assert now.value("tailrace_kafka_requests_total", connector=c) > commits
        assert now.value("tailrace_kafka_sent_bytes_total", connector=c) > 0
        assert now.value("tailrace_connector_state", connector=c, state="RUNNING") == 1
        assert time.time() - now.value("tailrace_last_commit_timestamp_seconds", connector=c) < 60


def test_counters_equal_what_was_written_to_a_binlog(run, binlog_db, metrics):
    db = binlog_db
    c, table = db.name, f"{db.name}.t"
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    with run(db) as engine:
        engine.wait_streaming()
        wait_until(lambda: _events(metrics, table, c) == {"read": 2})
        assert metrics().value("tailrace_snapshot_rows", connector=c) == 2
        before = metrics().value("tailrace_source_transactions_total", connector=c)
        db.sql("INSERT INTO t VALUES (3, 'c'), (4, 'd')")
        db.sql("UPDATE t SET v = 'e' WHERE id = 1; DELETE FROM t WHERE id = 2")
        wait_until(lambda: _events(metrics, table, c) ==
                   {"read": 2, "create": 2, "update": 1, "delete": 1})
        _wait_value(metrics, 6, "tailrace_committed_events_total", connector=c)  # a moment later
        now = metrics()
        assert now.value("tailrace_source_transactions_total", connector=c) == before + 3
        assert now.value("tailrace_source_lag_seconds", connector=c) < 20
        _wait_value(metrics, 0, "tailrace_mysql_gtid_lag_transactions", connector=c)
        _wait_value(metrics, 0, "tailrace_source_lag_bytes", connector=c)
        _wait_value(metrics, 0, "tailrace_source_lag_seconds", connector=c)
        now = metrics()
        assert now.value("tailrace_source_head_bytes", connector=c) > 4
        assert now.value("tailrace_source_head_file", connector=c) >= 1

        def same_file():  # another test may begin the server's next one at any time
            now = metrics()
            return now.value("tailrace_source_position_file", connector=c) == \
                now.value("tailrace_source_head_file", connector=c)

        wait_until(same_file)


def test_an_idle_source_has_no_lag(run, name, metrics):
    """Not even where the log goes on without changes of ours. In the shared server's there may be
    so much of other tests that reading it takes longer."""
    with Postgres() as pg, pg.database(name) as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE other (id int); "
               "INSERT INTO t VALUES (1)")
        with run(db, table_include_list="public.t") as engine:
            engine.wait_streaming()
            _has_no_lag(db, metrics)


def _has_no_lag(db, metrics):
    c = db.name
    _wait_value(metrics, 0, "tailrace_source_lag_seconds", connector=c)
    head = metrics().value("tailrace_source_head_bytes", connector=c)
    db.sql("INSERT INTO other SELECT i FROM generate_series(1, 30000) i")
    seen = []

    def moved():
        now = metrics()
        seen.append(now.value("tailrace_source_lag_seconds", connector=c))
        return now.value("tailrace_source_head_bytes", connector=c) > head + 1000000

    wait_until(moved)
    assert max(seen) < 5, seen
    _wait_value(metrics, 0, "tailrace_source_lag_bytes", connector=c)
    _wait_value(metrics, 0, "tailrace_source_lag_seconds", connector=c)
    assert metrics().value("tailrace_postgresql_slot_retained_bytes", connector=c) >= 0
    assert metrics().value("tailrace_postgresql_slot_safe_bytes", connector=c) is None


@pytest.mark.parametrize("kind", ["db", "mysql_db"])
def test_lag_grows_with_the_clock_while_kafka_is_frozen(run, request, metrics, kind):
    db = request.getfixturevalue(kind)
    c = db.name
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with Kafka() as broker, run(db, broker) as engine:
        engine.wait_streaming()
        _wait_value(metrics, 0, "tailrace_source_lag_seconds", connector=c)
        broker.freeze()
        try:
            began = time.time()
            db.sql("INSERT INTO t VALUES (2)")
            wait_until(lambda: metrics().value("tailrace_source_lag_seconds", connector=c) > 3)
            before = time.time()
            one, at = metrics().value("tailrace_source_lag_seconds", connector=c), time.time()
            time.sleep(2)
            then = time.time()
            two = metrics().value("tailrace_source_lag_seconds", connector=c)
            # an answer is of some moment between question and arrival
            assert then - at - 1 < two - one < time.time() - before + 1
            assert two <= time.time() - began + 1.1  # MySQL may tell whole seconds
            wait_until(lambda: metrics().value("tailrace_source_lag_bytes", connector=c) > 0)
        finally:
            broker.thaw()
        _wait_value(metrics, 0, "tailrace_source_lag_seconds", connector=c)
        _wait_value(metrics, 0, "tailrace_source_lag_bytes", connector=c)
        _wait_value(metrics, 0, "tailrace_queue_batches", connector=c)


def test_errors_and_retries(run, db, metrics):
    """A source that goes away: counted by class, and the lag grows although nobody can tell."""
    c = db.name
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with run(db) as engine:
        engine.wait_streaming()
        _wait_value(metrics, 0, "tailrace_source_lag_seconds", connector=c)
        assert metrics().value("tailrace_connector_retries_total", connector=c) == 0
        db.server.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_replication "
                                  f"WHERE application_name LIKE '%{c}%'")
        wait_until(lambda: metrics().value("tailrace_connector_retries_total", connector=c) >= 1)
        errors = metrics().all("tailrace_connector_errors_total", connector=c)
        assert sum(errors.values()) >= 1
        engine.wait_state("RUNNING")
        _wait_value(metrics, 0, "tailrace_source_lag_seconds", connector=c)


def _expressions(node):
    """All values of "expr" in a document."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "expr" else _expressions(value)
    elif isinstance(node, list):
        for item in node:
            yield from _expressions(item)


def test_what_prometheus_gets(kafka, name, port):
    """Every name that alert rules, dashboard and documentation have is there, and the other way
    round; without a connector, too."""
    with Tailrace(worker=stored(kafka, name, port)):
        Rest(port).wait_ready()
        answer = Rest(port).get("/metrics")
        assert answer.status == 200
        assert Rest(port).post("/metrics").status == 405
    metrics = Metrics(answer.text)
    documented = set(re.findall(r"\b(?:tailrace|process)_[a-z_]+", (ROOT / "docs/metrics.md")
                                .read_text()))
    assert documented == set(metrics.types)
    alerts = yaml.safe_load((ROOT / "schemas/alerts.yaml").read_text())
    for rule in (rule for group in alerts["groups"] for rule in group["rules"]):
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule
        assert re.fullmatch(r"Tailrace[A-Za-z]+", rule["alert"])
        assert re.fullmatch("[0-9]+[smh]", rule.get("for", "0s"))
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"]
    dashboard = json.loads((ROOT / "schemas/grafana-dashboard.json").read_text())
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    for expression in [*_expressions(alerts), *_expressions(dashboard)]:
        assert Query(expression).metrics <= metrics.names() | {"up"}, expression


def test_where_it_is_answered(kafka, name, port, tmp_path):
    """At admin.listeners, too, and nowhere without a password if there are any."""
    admin, users = free_port(), tmp_path / "users"
    users.write_text("prometheus:secret\n")
    users.chmod(0o600)
    settings = stored(kafka, name, port)
    settings["admin.listeners"] = f"http://127.0.0.1:{admin}"
    with Tailrace(worker=settings):
        Rest(port).wait_ready()
        for where in (port, admin):
            assert Rest(where).get("/metrics").status == 200
        assert Rest(admin).get("/connectors").status == 404
    settings["rest.users.file"] = str(users)
    with Tailrace(worker=settings) as engine:
        engine.wait_log("REST API")
        for where in (port, admin):
            wait_until(lambda where=where: Rest(where).get("/metrics").status == 401)


@pytest.mark.parametrize("wrong", ["rate(a)", "a{b=c}", "sum by (a b)", "a[5m]", "(a", "a ==",
                                   "rate(a[5x])", "a b"])
def test_a_wrong_query_is_found(wrong):
    with pytest.raises(ValueError):
        Query(wrong)
