"""Properties that a run begins or goes on with, each where it can be seen."""

import datetime
import re

import pytest

from bed import Tailrace, connector, wait_until, worker

_IDENTITY = "SELECT relreplident FROM pg_class WHERE oid = '{}'::regclass"


def _said_at(engine, words):
    """When the log said so."""
    found = re.search(rf"ts=(\S+) .*{words}", engine.log)
    return datetime.datetime.fromisoformat(found[1])


def test_replica_identities(tailrace, topics, db):
    db.sql("CREATE TABLE a (id int PRIMARY KEY, v text); CREATE TABLE b (id int PRIMARY KEY);"
           "CREATE TABLE \"C\" (id int PRIMARY KEY, u int NOT NULL);"
           "CREATE UNIQUE INDEX \"I\" ON \"C\" (u); ALTER TABLE b REPLICA IDENTITY FULL;"
           "INSERT INTO a VALUES (1, 'x')")
    values = r"public\.a:FULL, public\.b:default,public.C:INDEX I"
    with tailrace(replica_identity_autoset_values=values) as engine:
        engine.wait_streaming()
        identities = [db.value(_IDENTITY.format(table)) for table in ("a", "b", '"C"')]
        assert identities == ["f", "d", "i"]
        db.sql("DELETE FROM a")
        assert topics.ops("public.a", 2)[1] == ("d", {"id": 1}, {"id": 1, "v": "x"})
        engine.stop()
        engine.start()
        engine.wait_streaming()
        assert engine.log.count("replica identity set") == 3


def test_replica_identities_that_contradict_each_other(tailrace, db, fails):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    error = fails(tailrace(replica_identity_autoset_values="public.t:FULL,public.*:DEFAULT"))
    assert "public.t" in error and "replica.identity.autoset.values" in error


def test_replica_identity_of_a_missing_index(tailrace, db, fails):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    error = fails(tailrace(replica_identity_autoset_values="public.t:INDEX nosuch"))
    assert 'ALTER TABLE "public"."t" REPLICA IDENTITY USING INDEX "nosuch"' in error


def test_xmin(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with tailrace(xmin_fetch_interval_ms=1) as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2)")
        read, made = [record.json["source"] for record in topics.records("public.t", 2)]
        assert read["xmin"] is None and 0 < made["xmin"] <= made["txId"]


@pytest.mark.parametrize("origin, seen", [("none", [2]), ("any", [1, 2])])
def test_origin(kafka, db17, name, origin, seen):
    db17.sql("CREATE TABLE t (id int PRIMARY KEY)")
    properties = connector(db17, slot_stream_params=f"origin={origin}")
    with Tailrace(properties, worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        db17.sql(f"SELECT pg_replication_origin_create('{name}');"
                 f"SELECT pg_replication_origin_session_setup('{name}');"
                 f"INSERT INTO t VALUES (1); SELECT pg_replication_origin_session_reset();"
                 f"SELECT pg_replication_origin_drop('{name}')")
        db17.sql("INSERT INTO t VALUES (2)")
        records = kafka.consume(f"{db17.name}.public.t", len(seen))
        assert [record.key_json["id"] for record in records] == seen


def test_origin_needs_16(tailrace, db, fails):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    error = fails(tailrace(slot_stream_params="origin=none"))
    assert "slot.stream.params" in error and "16" in error


@pytest.mark.parametrize("how", [{"lsn_flush_mode": "manual"}, {"flush_lsn_source": "false"}])
def test_log_that_nobody_releases(tailrace, topics, db, how):
    confirmed = "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = %s"
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace(status_update_interval_ms=50, **how) as engine:
        engine.wait_streaming()
        before = db.value(confirmed, db.name)
        db.sql("INSERT INTO t VALUES (1)")
        topics.records("public.t", 1)
        engine.stop()
        assert db.value(confirmed, db.name) == before
        engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2)")
        assert [key["id"] for _, key, _ in topics.ops("public.t", 2)] == [1, 2]
        engine.stop()
        assert len(topics.records("public.t")) == 2


def test_streaming_delay(tailrace, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    _check_delay(tailrace)


def test_streaming_delay_of_postgresql(tailrace, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    _check_delay(tailrace)


def _check_delay(tailrace):
    with tailrace(streaming_delay_ms=600) as engine:
        engine.wait_streaming()
        waited = _said_at(engine, "msg=streaming") - _said_at(engine, "snapshot is committed")
        assert waited >= datetime.timedelta(milliseconds=599)


def test_shared_locks(tailrace, topics, db):
    """Without a slot, whose creation would wait for the lock's transaction."""
    db.sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);"
           "INSERT INTO a VALUES (1)")
    changes = {"snapshot_mode": "initial_only", "snapshot_locking_mode": "shared",
               "snapshot_lock_timeout_ms": 100, "retriable_restart_connector_wait_ms": 100}
    with db.server.connect(db.name) as other, other.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE b IN ACCESS EXCLUSIVE MODE")
        with tailrace(**changes) as engine:
            wait_until(lambda: engine.said("snapshot.lock.timeout.ms"), what="the lock's error")
            assert not topics.records("public.a")
            other.rollback()
            assert topics.ops("public.a", 1) == [("r", {"id": 1}, {"id": 1})]


def test_too_many_tables(tailrace, db, fails):
    db.sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)")
    _check_guardrail(tailrace, fails)


def test_too_many_tables_of_a_binlog(tailrace, binlog_db, fails):
    binlog_db.sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)")
    _check_guardrail(tailrace, fails)


def _check_guardrail(tailrace, fails):
    limits = {"guardrail_collections_max": 1, "guardrail_collections_limit_action": "fail"}
    assert "2 tables" in fails(tailrace(**limits))
    with tailrace(guardrail_collections_max=1) as engine:
        engine.wait_streaming()
        assert "more tables are captured than guardrail.collections.max allows" in engine.log
