"""What a database can refuse or lack: FAILED at once, with the cause and the cure."""

from contextlib import closing, contextmanager

import psycopg2
import pytest
from psycopg2.extras import LogicalReplicationConnection
from views import error_of

from bed import Postgres, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP
from bed.proxy import Proxy

_TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')"


@contextmanager
def role(db, name, options=""):
    db.sql(f"CREATE ROLE {name} LOGIN PASSWORD 'right' {options}")
    try:
        yield {"database_user": name, "database_password": "right"}
    finally:
        db.sql(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_wrong_password(tailrace, fails):
    error = fails(tailrace(database_password="open-sesame"))
    assert "password authentication failed" in error
    assert "database.password" in error
    assert "open-sesame" not in error


def test_no_such_database(tailrace, fails):
    error = fails(tailrace(database_dbname="atlantis"))
    assert "atlantis" in error and "database.dbname" in error


def test_answers_are_swallowed(tailrace, db):
    """By something in between that keeps the connections open."""
    db.sql(_TABLE)
    with Proxy.before(db.server) as network:
        network.stall_after(2000)  # more than a login takes
        with tailrace(database_port=network.port, database_query_timeout_ms=500) as engine:
            engine.wait_log(r"state=RESTARTING .*database\.query\.timeout\.ms=500", GIVE_UP)
            network.flow()
            engine.wait_streaming()


def test_no_replication_privilege(tailrace, db, name, fails):
    db.sql(_TABLE)
    with role(db, f"r_{name}") as user:
        db.sql(f"CREATE PUBLICATION {db.name} FOR TABLE t; GRANT SELECT ON t TO r_{name}")
        error = fails(tailrace(publication_autocreate_mode="disabled", **user))
        assert "ALTER ROLE" in error and "REPLICATION" in error


def test_a_table_that_may_not_be_read(tailrace, db, name, fails):
    db.sql(_TABLE)
    with role(db, f"r_{name}", "REPLICATION") as user:
        db.sql(f"CREATE PUBLICATION {db.name} FOR TABLE t")
        error = fails(tailrace(publication_autocreate_mode="disabled", **user))
        assert "public.t" in error and "permission denied" in error
        assert "GRANT SELECT" in error


def test_a_publication_that_may_not_be_made(tailrace, db, name, fails):
    db.sql(_TABLE)
    with role(db, f"r_{name}", "REPLICATION") as user:
        error = fails(tailrace(**user))
        assert "CREATE PUBLICATION" in error and f"r_{name}" in error


def test_least_privileges_do(tailrace, topics, db, name):
    """What docs recommend: REPLICATION, SELECT, and a publication that the owner made."""
    db.sql(_TABLE)
    with role(db, f"r_{name}", "REPLICATION") as user:
        db.sql(f"CREATE PUBLICATION {db.name} FOR TABLE t; GRANT SELECT ON t TO r_{name}")
        with tailrace(publication_autocreate_mode="disabled", **user) as engine:
            engine.wait_streaming()
            db.sql("INSERT INTO t VALUES (2, 'b')")
            assert [op for op, *_ in topics.ops(count=2)] == ["r", "c"]


def test_wal_level_replica(kafka, name, fails):
    with Postgres(wal_level="replica") as pg, pg.database(name) as db:
        db.sql(_TABLE)
        error = fails(Tailrace(connector(db), worker=worker(kafka, group=name)))
        assert "wal_level" in error and "ALTER SYSTEM" in error


def test_all_slots_are_taken(kafka, name, fails):
    with Postgres(max_replication_slots=1) as pg, pg.database(name) as db:
        db.sql(_TABLE)
        db.sql("SELECT pg_create_physical_replication_slot('other')")
        error = fails(Tailrace(connector(db), worker=worker(kafka, group=name)))
        assert "max_replication_slots" in error and name in error
        db.sql("SELECT pg_drop_replication_slot('other')")


def test_slot_in_use(tailrace, topics, db):
    """It may be an old connection that the server still has to notice: tried again, then told
    with the process that holds it."""
    db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records(count=1)
        engine.stop()
        _wait_released(db)
        with closing(psycopg2.connect(db.dsn(), connection_factory=LogicalReplicationConnection)) \
                as other, other.cursor() as cursor:
            cursor.start_replication(slot_name=db.name, options={
                "proto_version": "1", "publication_names": db.name})
            pid = db.value("SELECT active_pid FROM pg_replication_slots WHERE slot_name = %s",
                           db.name)
            engine.connectors[0].update({"slot.max.retries": "1", "slot.retry.delay.ms": "100"})
            engine.start()
            assert engine.wait() == 1
            error = error_of(engine.log)
            assert f'"{db.name}"' in error and str(pid) in error and "in use" in error
        _wait_released(db)


def test_slot_moved_while_it_was_in_use(tailrace, topics, db):
    """Whoever held it has taken changes out of it: the server would leave them out silently."""
    db.sql(_TABLE)
    with tailrace(slot_max_retries="1000", slot_retry_delay_ms="100") as engine:
        engine.wait_streaming()
        topics.records(count=1)
        engine.stop()
        _wait_released(db)
        with closing(psycopg2.connect(db.dsn(), connection_factory=LogicalReplicationConnection)) \
                as other, other.cursor() as cursor:
            cursor.start_replication(slot_name=db.name, options={
                "proto_version": "1", "publication_names": db.name})
            engine.start()
            wait_until(lambda: "the slot is in use" in engine.log)
            db.sql("INSERT INTO t VALUES (2, 'b')")
            lsn = db.value("SELECT pg_current_wal_lsn() - '0/0'")
            cursor.send_feedback(write_lsn=int(lsn), flush_lsn=int(lsn), force=True)
            wait_until(lambda: db.value("SELECT confirmed_flush_lsn - '0/0' FROM "
                                        "pg_replication_slots WHERE slot_name = %s",
                                        db.name) >= lsn)
        assert engine.wait() == 1
        error = error_of(engine.log)
        assert f'slot "{db.name}"' in error and "was moved" in error


@pytest.mark.parametrize("again", [False, True], ids=["gone", "made_again"])
def test_slot_gone_with_a_position(tailrace, topics, db, again):
    db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records(count=1)
        engine.stop()
        _drop_slot(db)
        if again:
            db.sql("INSERT INTO t VALUES (2, 'b')")
            db.sql("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", db.name)
        engine.start()
        assert engine.wait() == 1
        error = error_of(engine.log)
        assert f'slot "{db.name}"' in error and "when_needed" in error
        assert ("created again" if again else "missing") in error
        assert bool(db.slots()) == again, "no new slot, or the gap would be hidden"


def test_slot_gone_when_needed(tailrace, topics, db):
    db.sql(_TABLE)
    with tailrace(snapshot_mode="when_needed") as engine:
        engine.wait_streaming()
        topics.records(count=1)
        engine.stop()
        _drop_slot(db)
        db.sql("INSERT INTO t VALUES (2, 'b')")
        engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (3, 'c')")
        ops = topics.ops(count=4)
        assert [(op, row["id"]) for op, _, row in ops] == [("r", 1), ("r", 1), ("r", 2), ("c", 3)]


def test_slot_of_another_plugin(tailrace, db, fails):
    db.sql(_TABLE)
    db.sql("SELECT pg_create_logical_replication_slot(%s, 'test_decoding')", db.name)
    error = fails(tailrace())
    assert "slot.name" in error and ("test_decoding" in error or "position" in error)


def test_another_database_under_the_same_name(tailrace, topics, db, name):
    """A position of one server must not be used on another."""
    db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records(count=1)
        engine.stop()
        with Postgres() as pg, pg.database(name) as other:
            other.sql(_TABLE)
            other.sql(f"CREATE PUBLICATION {name} FOR TABLE t")
            other.sql("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", name)
            engine.connectors[0]["database.port"] = str(pg.port)
            engine.start()
            assert engine.wait() == 1
            assert "system" in error_of(engine.log) and "when_needed" in error_of(engine.log)


def test_publication_without_a_captured_table(tailrace, db, fails):
    db.sql(_TABLE)
    db.sql(f"CREATE TABLE u (id int PRIMARY KEY); CREATE PUBLICATION {db.name} FOR TABLE t")
    error = fails(tailrace(publication_autocreate_mode="disabled"))
    assert "public.u" in error
    assert f'ALTER PUBLICATION "{db.name}" ADD TABLE "public"."u"' in error
    assert "table.exclude.list" in error


def test_no_publication(tailrace, db, fails):
    db.sql(_TABLE)
    error = fails(tailrace(publication_autocreate_mode="disabled"))
    assert f'"{db.name}"' in error and "publication.autocreate.mode" in error


def test_no_table_passes_the_filters(tailrace, db, fails):
    db.sql(_TABLE)
    error = fails(tailrace(table_include_list="public.missing"))
    assert "table.include.list" in error and db.name in error


def test_table_dropped_in_the_stream(tailrace, topics, db):
    """Its changes up to then arrive, and the others go on."""
    db.sql(_TABLE + "; CREATE TABLE u (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records(count=1)
        engine.stop()
        db.sql("INSERT INTO t VALUES (2, 'b')")
        db.sql("DROP TABLE t")
        db.sql("INSERT INTO u VALUES (7)")
        engine.start()
        engine.wait_streaming()
        assert [row["id"] for _, _, row in topics.ops("public.t", 2)] == [1, 2]
        assert topics.ops("public.u", 1) == [("c", {"id": 7}, {"id": 7})]
        db.sql("INSERT INTO u VALUES (8)")
        topics.records("public.u", 2)
        assert engine.state() == "RUNNING"


@pytest.fixture
def ascii_db(pg, name):
    with pg.database(name, "TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'") as database:
        database.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
        yield database


@pytest.mark.parametrize("when", ["snapshot", "stream"])
def test_invalid_utf8_in_a_sql_ascii_database(ascii_db, kafka, name, when):
    """The server takes any bytes there; Kafka's JSON can't. It says so and stops."""
    bad = "INSERT INTO t VALUES (2, convert_from('\\xff', 'SQL_ASCII'))"
    if when == "snapshot":
        ascii_db.sql(bad)
    with Tailrace(connector(ascii_db), worker=worker(kafka, group=name)) as engine:
        if when == "stream":
            engine.wait_streaming()
            ascii_db.sql("INSERT INTO t VALUES (1, 'a')")
            kafka.consume(f"{name}.public.t", 1)
            ascii_db.sql(bad)
        engine.wait_state("FAILED")
        error = error_of(engine.log)
        assert "not UTF-8" in error and "public.t" in error and '"v"' in error
    if when == "stream":
        assert [r.json["after"]["id"] for r in kafka.consume(f"{name}.public.t")] == [1]


def test_invalid_utf8_in_an_excluded_column(ascii_db, kafka, name):
    bad = "INSERT INTO t VALUES (%s, convert_from('\\xff', 'SQL_ASCII'))"
    ascii_db.sql(bad, 1)
    config = connector(ascii_db, column_exclude_list="public.t.v")
    with Tailrace(config, worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        ascii_db.sql(bad, 2)
        records = kafka.consume(f"{name}.public.t", 2)
        assert [r.json["after"] for r in records] == [{"id": 1}, {"id": 2}]


def test_sql_ascii_with_valid_utf8(ascii_db, kafka, name):
    ascii_db.sql("INSERT INTO t VALUES (1, convert_from('\\xc3bc', 'SQL_ASCII'))")
    with Tailrace(connector(ascii_db), worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        ascii_db.sql("INSERT INTO t VALUES (2, convert_from('\\xc3bc', 'SQL_ASCII'))")
        records = kafka.consume(f"{name}.public.t", 2)
        assert [r.json["after"]["v"] for r in records] == ["ü", "ü"]


def test_big_value_is_refused_by_size(tailrace, topics, db):
    """200 MB in one column: more than a Kafka record may have. It says so and stops; nothing
    before it is lost."""
    db.sql(_TABLE + "; ALTER TABLE t ALTER v SET STORAGE EXTERNAL")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2, 'b')")
        topics.records(count=2)  # or it would come with the next one, and go with it
        db.sql("INSERT INTO t VALUES (3, repeat('x', 200 * 1024 * 1024))")
        engine.wait_state("FAILED")
        error = error_of(engine.log)
        assert f"{db.name}.public.t" in error and '{"id":3}' in error
        assert "max" in error and "2097" in error
        assert [row["id"] for _, _, row in topics.ops()] == [1, 2]


def _wait_released(db):
    """The server notices a moment later that its client has gone."""
    wait_until(lambda: not db.value("SELECT active FROM pg_replication_slots "
                                    "WHERE slot_name = %s", db.name))


def _drop_slot(db):
    _wait_released(db)
    db.sql("SELECT pg_drop_replication_slot(%s)", db.name)
