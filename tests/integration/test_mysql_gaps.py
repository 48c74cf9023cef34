"""A MySQL or MariaDB server that no longer has what comes after the position: FAILED, never
skipped. And one that has become another in a way that loses nothing: it goes on."""

import time
from contextlib import contextmanager

import pytest
from views import error_of

from bed import Mariadb, Mysql, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP

_TABLE = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)"
_CLASSES = {"mysql": Mysql, "mariadb": Mariadb}


@contextmanager
def streamed(kafka, name, kind, **settings):
    """A server of its own, a database, and a tailrace that has streamed it and stopped."""
    with _CLASSES[kind](**settings) as server, server.database(name) as db:
        db.sql(_TABLE)
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            db.sql("INSERT INTO t VALUES (2)")
            assert len(kafka.consume(rf"{name}[.]{name}[.]t", 2)) == 2
            engine.stop()
            yield server, db, engine


def refused(engine):
    """A run that ends at once, with the way out."""
    engine.start()
    assert engine.wait() == 1
    error = error_of(engine.log)
    assert "when_needed" in error
    return error


def ids(kafka, name, count):
    return [record.key_json["id"] for record in kafka.consume(rf"{name}[.]{name}[.]t", count)]


both = pytest.mark.parametrize("kind", ["mysql", "mariadb"])


@both
def test_purged(kafka, name, kind):
    with streamed(kafka, name, kind) as (server, db, engine):
        db.sql("INSERT INTO t VALUES (3)")
        server.purge_binlogs()
        assert "purged" in refused(engine)


@both
def test_purged_but_read(kafka, name, kind):
    with streamed(kafka, name, kind) as (server, db, engine):
        server.purge_binlogs()
        db.sql("INSERT INTO t VALUES (3)")
        engine.start()
        assert ids(kafka, name, 3) == [1, 2, 3]


@both
def test_reset(kafka, name, kind):
    """The same numbers would come again, for other transactions."""
    with streamed(kafka, name, kind) as (server, db, engine):
        server.fresh_binlog()
        db.sql("INSERT INTO t VALUES (3)")
        error = refused(engine)
        assert "lacks transactions" in error and "history" in error


def rewrite(server, db, first=10):
    """The log forgotten, and as many transactions in a new one, in another second."""
    wait_until(lambda: time.time() > _written(server) + 1, what="the clock to go on")
    server.fresh_binlog()
    db.sql("".join(f"INSERT INTO t VALUES ({i});" for i in range(first, first + 20)))


def _written(server):
    return int(server.binlogs()[-1].stat().st_mtime)


@both
def test_reset_and_numbers_issued_again(kafka, name, kind):
    """The server is not behind any more: only times show that these are other transactions."""
    with streamed(kafka, name, kind) as (server, db, engine):
        rewrite(server, db)
        error = refused(engine)
        assert "another" in error and "issued again" in error and "database.hostname" in error


@both
def test_reset_and_numbers_issued_again_in_fewer_files(kafka, name, kind):
    """The position's file is not there any more."""
    with streamed(kafka, name, kind) as (server, db, engine):
        server.flush_binlog()
        server.flush_binlog()
        engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (3)")
        assert ids(kafka, name, 3) == [1, 2, 3]
        engine.stop()
        rewrite(server, db)
        error = refused(engine)
        assert "reset" in error


def test_reset_without_gtids(kafka, name):
    with streamed(kafka, name, "mysql", gtid_mode="OFF",
                  enforce_gtid_consistency="OFF") as (server, db, engine):
        rewrite(server, db)
        error = refused(engine)
        assert "binlog.000001 is another one" in error and "issued again" in error


def test_reset_behind_a_snapshot(kafka, name):
    """No transaction was read yet: the file's time alone tells."""
    with Mysql(gtid_mode="OFF", enforce_gtid_consistency="OFF") as server, \
            server.database(name) as db:
        db.sql(_TABLE)
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            assert ids(kafka, name, 1) == [1]
            with kafka.reader(f"{name}-offsets") as reader:
                reader.wait(lambda records: any(
                    b"tailrace_log_created" in (record.value or b"") for record in records
                    if name.encode() in (record.key or b"")))
            engine.stop()
            rewrite(server, db)
            assert "is another one" in refused(engine)


@both
def test_when_needed(kafka, name, kind):
    with streamed(kafka, name, kind) as (server, db, engine):
        server.fresh_binlog()
        engine.stop()
        changed = connector(db, snapshot_mode="when_needed")
        with Tailrace(changed, worker=worker(kafka, group=name)) as again:
            again.wait_streaming()
            assert ids(kafka, name, 4) == [1, 2, 1, 2]


def test_another_server_without_gtids(kafka, name):
    with streamed(kafka, name, "mysql", gtid_mode="OFF",
                  enforce_gtid_consistency="OFF") as (server, db, engine):
        engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (3)")
        assert ids(kafka, name, 3) == [1, 2, 3]
        engine.stop()
        server.stop()
        (server.folder / "data" / "auto.cnf").unlink()
        server.start()
        assert "another server" in refused(engine)


def test_purged_without_gtids(kafka, name):
    with streamed(kafka, name, "mysql", gtid_mode="OFF",
                  enforce_gtid_consistency="OFF") as (server, db, engine):
        db.sql("INSERT INTO t VALUES (3)")
        server.purge_binlogs()
        assert "no longer has the binary log" in refused(engine)


def test_failover(kafka, name):
    """A replica with the same GTIDs and its own files takes over: nothing is missing."""
    with streamed(kafka, name, "mysql", ssl=True) as (first, db, engine), \
            Mysql(server_id=2) as second:  # which wants TLS to replicate
        for _ in range(3):
            second.flush_binlog()
        _replicate(first, second)
        db.sql("INSERT INTO t VALUES (3)")
        _take_over(first, second)
        second.sql(name, "INSERT INTO t VALUES (4)")
        engine.stop()
        moved = connector(db, database_port=second.port)
        with Tailrace(moved, worker=worker(kafka, group=name)) as again:
            again.wait_streaming()
            assert ids(kafka, name, 4) == [1, 2, 3, 4]
            second.sql(name, "INSERT INTO t VALUES (5)")
            assert ids(kafka, name, 5) == [1, 2, 3, 4, 5]
            again.stop()
        # back to the first one, which never saw 4 and 5
        engine.start()
        assert engine.wait() == 1
        assert "lacks transactions" in error_of(engine.log)


def _replicate(first, second):
    second.sql(None, f"CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1',"
               f" SOURCE_PORT={first.port}, SOURCE_USER='tailrace',"
               f" SOURCE_PASSWORD='tailrace', SOURCE_AUTO_POSITION=1, SOURCE_SSL=1,"
               " SOURCE_CONNECT_RETRY=1;"
               " START REPLICA")


def _take_over(first, second):
    gtids = first.gtids()
    assert second.value("SELECT WAIT_FOR_EXECUTED_GTID_SET(%s, %s)", gtids, GIVE_UP) == 0
    second.sql(None, "STOP REPLICA; RESET REPLICA ALL")


def test_failover_with_an_added_table(kafka, name):
    """What it had before is read from the replica, and what came since is streamed."""
    with streamed(kafka, name, "mysql", ssl=True) as (first, db, engine), \
            Mysql(server_id=2) as second:
        _replicate(first, second)
        db.sql("CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1)")
        engine.connectors[0]["table.include.list"] = r".*\.t"
        engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (3)")
        assert ids(kafka, name, 3) == [1, 2, 3]
        engine.stop()
        db.sql("INSERT INTO u VALUES (2)")
        _take_over(first, second)
        second.sql(name, "INSERT INTO t VALUES (4); INSERT INTO u VALUES (3)")
        moved = connector(db, database_port=second.port, table_include_list=r".*\.[tu]")
        with Tailrace(moved, worker=worker(kafka, group=name)) as again:
            again.wait_log('msg="the snapshot is complete"')
            second.sql(name, "INSERT INTO u VALUES (4)")
            assert ids(kafka, name, 4) == [1, 2, 3, 4]
            with kafka.reader(rf"{name}[.]{name}[.]u") as reader:
                records = reader.wait(lambda seen: 4 in {record.key_json["id"]
                                                         for record in seen})
        assert {record.key_json["id"] for record in records} == {1, 2, 3, 4}


def test_failover_with_several_domains(kafka, name):
    """MariaDB: a replica counts only when it has what was read of each domain."""
    with streamed(kafka, name, "mariadb") as (first, db, engine), \
            Mariadb(server_id=2, log_slave_updates="ON") as second:
        second.sql(None, f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={first.port},"
                   " MASTER_USER='tailrace', MASTER_PASSWORD='tailrace', MASTER_CONNECT_RETRY=1,"
                   " MASTER_USE_GTID=slave_pos; START SLAVE")
        _replicated(first, second)
        second.sql(None, "STOP SLAVE")
        db.sql("SET SESSION gtid_domain_id = 7; INSERT INTO t VALUES (3)")
        engine.start()
        assert ids(kafka, name, 3) == [1, 2, 3]
        engine.stop()
        moved = connector(db, database_port=second.port)
        with Tailrace(moved, worker=worker(kafka, group=name)) as again:
            assert again.wait() == 1
            error = error_of(again.log)
            assert "lacks transactions" in error and "7-1-1" in error
            second.sql(None, "START SLAVE")
            db.sql("SET SESSION gtid_domain_id = 7; INSERT INTO t VALUES (4)")
            db.sql("INSERT INTO t VALUES (5)")
            _replicated(first, second)
            second.sql(name, "STOP SLAVE; RESET SLAVE ALL; INSERT INTO t VALUES (6);"
                       "SET SESSION gtid_domain_id = 7; INSERT INTO t VALUES (7)")
            again.start()
            assert ids(kafka, name, 7) == [1, 2, 3, 4, 5, 6, 7]
            again.stop()
        assert "lacks transactions" in refused(engine)


def _replicated(first, second):
    assert second.value("SELECT MASTER_GTID_WAIT(%s, %s)", first.gtids(), GIVE_UP) == 0
