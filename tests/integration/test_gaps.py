"""A server that no longer has what comes after the position: FAILED, never skipped. And one that
has become another in a way that loses nothing: it goes on."""

import shutil
import subprocess
from contextlib import contextmanager

import pytest
from views import error_of

from bed import Postgres, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP

_TABLE = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)"


@contextmanager
def streamed(kafka, name, **settings):
    """A server of its own, a database, and a tailrace that has streamed it and stopped."""
    with Postgres(**settings) as pg, pg.database(name) as db:
        db.sql(_TABLE)
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            assert len(kafka.consume(f"{name}.public.t", 1)) == 1
            engine.stop()
            yield pg, db, engine


def released(db, slot):
    """A walsender ends after its client, and until then nobody may touch the slot."""
    wait_until(lambda: db.value("SELECT active_pid IS NULL FROM pg_replication_slots"
                                " WHERE slot_name = %s", slot))
    return slot


def refused(engine):
    """What check says of it and then, in the same words, a run."""
    engine.command = "check"
    done = engine.run()
    assert done.returncode == 1, done.stdout
    engine.command = "run"
    engine.start()
    assert engine.wait() == 1
    error = error_of(engine.log)
    assert f"ERROR    {error}" in done.stdout
    assert "when_needed" in error
    return error


def test_a_slot_that_is_missing_or_another(kafka, db, name):
    """Dropped, then made again, then moved on: what was written in between is named."""
    db.sql(_TABLE)
    with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        assert len(kafka.consume(f"{db.name}.public.t", 1)) == 1
        engine.stop()
        slot = engine.connectors[0]["slot.name"]
        db.value("SELECT pg_drop_replication_slot(%s)::text", released(db, slot))
        db.sql("INSERT INTO t VALUES (2)")
        error = refused(engine)
        assert f'slot "{slot}" is missing' in error and "restore the slot" in error
        db.value("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')::text", slot)
        error = refused(engine)
        assert "was moved or created again" in error and "are gone" in error


def test_a_slot_that_was_moved(kafka, db, name):
    db.sql(_TABLE)
    with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        assert len(kafka.consume(f"{db.name}.public.t", 1)) == 1
        engine.stop()
        db.sql("INSERT INTO t VALUES (2)")
        db.value("SELECT pg_replication_slot_advance(%s, pg_current_wal_lsn())::text",
                 released(db, engine.connectors[0]["slot.name"]))
        assert "was moved or created again" in refused(engine)


def test_a_table_that_was_taken_out_of_the_publication(kafka, db, name):
    """A filtered publication gets it back at the start, which would hide what is missing."""
    db.sql(_TABLE)
    db.sql("CREATE TABLE u (id int PRIMARY KEY)")
    config = connector(db, publication_autocreate_mode="filtered")
    with Tailrace(config, worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2)")
        assert len(kafka.consume(f"{db.name}.public.t", 2)) == 2
        engine.stop()
        publication = engine.connectors[0]["publication.name"]
        db.sql(f"ALTER PUBLICATION {publication} DROP TABLE t; INSERT INTO t VALUES (3);"
               "CREATE TABLE w (id int PRIMARY KEY)")
        engine.start()
        assert engine.wait() == 1
        error = error_of(engine.log)
        assert "table public.t was taken out of publication" in error
        assert "snapshot.mode=when_needed" in error and "blocking" in error
        # the way out, and a table that is new is no gap
        db.sql(f"ALTER PUBLICATION {publication} ADD TABLE t; INSERT INTO t VALUES (4)")
        engine.start()
        records = kafka.consume(f"{db.name}.public.t", 3)
        assert [record.key_json["id"] for record in records] == [1, 2, 4]


def test_another_server_or_database(kafka, db, name, pg17):
    """The same address, and somebody else behind it."""
    db.sql(_TABLE)
    with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine, \
            pg17.database(db.name), db.server.database(f"{db.name}_other") as other:
        engine.wait_streaming()
        assert len(kafka.consume(f"{db.name}.public.t", 1)) == 1
        engine.stop()
        port = engine.connectors[0]["database.port"]
        engine.connectors[0]["database.port"] = pg17.port
        error = refused(engine)
        assert "is of the database system" in error and "database.hostname" in error
        engine.connectors[0]["database.port"] = port
        engine.connectors[0]["database.dbname"] = other.name
        assert f'is of database "{db.name}"' in refused(engine)


def test_a_slot_that_lost_its_log(kafka, name):
    with streamed(kafka, name, max_slot_wal_keep_size="1MB", min_wal_size="32MB",
                  max_wal_size="32MB") as (_, db, engine):
        for _ in range(4):
            db.sql("INSERT INTO t SELECT max(id) + 1 FROM t")
            db.sql("SELECT pg_switch_wal()")
            db.sql("CHECKPOINT")
        assert db.value("SELECT wal_status FROM pg_replication_slots") == "lost"
        error = refused(engine)
        assert "is lost" in error and "max_slot_wal_keep_size" in error


def back_up(pg):
    """Cold, with the slot in it."""
    pg.stop()
    shutil.copytree(pg.folder / "data", pg.folder / "backup", symlinks=True)
    pg.start()


def restore(pg):
    pg.stop()
    data = pg.folder / "data"
    owner, group = data.owner(), data.group()
    shutil.rmtree(data)
    shutil.copytree(pg.folder / "backup", data, symlinks=True)
    for path in (data, *data.rglob("*")):
        shutil.chown(path, owner, group)
    pg.start()


def promote(pg):
    pg.stop()
    (pg.folder / "data" / "standby.signal").touch()
    pg.start()
    assert pg.query("postgres", "SELECT pg_promote()") == [(True,)]
    wait_until(lambda: not pg.query("postgres", "SELECT pg_is_in_recovery()")[0][0])


def test_a_server_that_was_restored(kafka, name):
    """From a backup with the slot in it: its log ends too early, or has become another one."""
    with streamed(kafka, name) as (pg, db, engine):
        back_up(pg)
        db.sql("INSERT INTO t SELECT generate_series(2, 20000)")
        engine.start()
        kafka.consume(f"{name}.public.t", 20_000)
        engine.stop()
        restore(pg)
        error = refused(engine)
        assert "the server's log ends at" in error and "restored" in error
        promote(pg)
        error = refused(engine)
        assert "is on timeline 2, which left timeline 1" in error and "former primary" in error
        # on the same timeline, and longer than the position: nothing but its transactions differs
        restore(pg)
        db.sql("INSERT INTO t SELECT generate_series(2, 40000)")
        error = refused(engine)
        assert "another history" in error and "former server" in error


def test_a_server_that_was_promoted(kafka, name):
    """Another timeline, which parted behind the position: nothing is missing."""
    with streamed(kafka, name) as (pg, db, engine):
        promote(pg)
        db.sql("INSERT INTO t VALUES (2)")
        engine.start()
        records = kafka.consume(f"{name}.public.t", 2)
        assert [record.key_json["id"] for record in records] == [1, 2]
        assert engine.stop() == 0


@pytest.mark.parametrize("again", [False, True])
def test_a_topic_that_was_deleted(kafka, db, name, again):
    """And made again, with nothing in it: the position tells what it had."""
    db.sql(_TABLE)
    topic = f"{db.name}.public.t"
    with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2)")
        assert len(kafka.consume(topic, 2)) == 2
        engine.stop()
        kafka.delete_topic(topic)
        wait_until(lambda: topic not in kafka.topics(topic))
        if again:
            kafka.create_topic(topic)
        db.sql("INSERT INTO t VALUES (3)")
        engine.start()
        assert engine.wait() == 1
        error = error_of(engine.log)
        assert ("ends at offset 0" if again else "is gone") in error
        assert f"tailrace offsets set {db.name} tailrace_outputs=" in error
        options = [part for file in engine.argv()[2:] for part in ("--config", str(file))]
        subprocess.run([engine.argv()[0], "offsets", "set", db.name, "tailrace_outputs=", *options],
                       check=True, timeout=GIVE_UP, capture_output=True)
        engine.start()
        records = kafka.consume(topic, 1)
        assert [record.key_json["id"] for record in records] == [3]
