"""Snapshots of MySQL and MariaDB: what is in them, at which point, with how many readers."""

import itertools
import threading
import time

import pytest

from bed import Mysql, Tailrace, connector, wait_until, worker
from views import Topics


def ids(topics, db, count, table="t"):
    return [(op, key["id"]) for op, key, _ in topics.ops(f"{db.name}[.]{table}", count)]


_DIGITS = ("CREATE TABLE d (i int);"
           "INSERT INTO d VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);")


@pytest.mark.parametrize("key", ["id varchar(40) CHARACTER SET latin1", "id decimal(12,2)",
                                 "id varbinary(20)"])
def test_cut_into_ranges(tailrace, topics, binlog_db, key):
    """Each row once, by several readers."""
    binlog_db.sql(_DIGITS + f"CREATE TABLE t ({key}, k2 int, v text, PRIMARY KEY (k2, id));"
                  "INSERT INTO t SELECT a.i + 10 * b.i + 100 * c.i + 1000 * e.i, a.i,"
                  " repeat('x', 20) FROM d a, d b, d c, d e WHERE e.i < 3; ANALYZE TABLE t")
    with tailrace(snapshot_max_threads="3", snapshot_fetch_size="250",
                  table_include_list=rf"{binlog_db.name}\.t") as engine:
        engine.wait_streaming()
        got = ids(topics, binlog_db, 3000)
        assert len(set(got)) == 3000
        engine.stop()
        assert len(topics.records(f"{binlog_db.name}[.]t")) == 3000


@pytest.mark.parametrize("threads", ["1", "4"])
def test_beside_writers(tailrace, topics, binlog_db, threads):
    """A row is in the snapshot or in the stream, and in one of them only."""
    binlog_db.sql("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v int);"
                  "INSERT INTO t (v) VALUES (0)")
    ended = threading.Event()

    def write():
        with binlog_db.connect() as connection, connection.cursor() as cursor:
            while not ended.is_set():
                cursor.execute("INSERT INTO t (v) VALUES (1), (2)")

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        with tailrace(snapshot_max_threads=threads, snapshot_fetch_size="100") as engine:
            engine.wait_streaming()
            ended.set()
            for writer in writers:
                writer.join()
            count = binlog_db.value("SELECT count(*) FROM t")
            got = ids(topics, binlog_db, count)
            engine.stop()
            assert sorted(key for _, key in got) == [
                row[0] for row in binlog_db.query("SELECT id FROM t ORDER BY id")]
            assert len(topics.records(f"{binlog_db.name}[.]t")) == count
            assert {op for op, _ in got} == {"r", "c"}
    finally:
        ended.set()


def test_only_what_a_transaction_can_see(tailrace, fails, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY) ENGINE=MyISAM; INSERT INTO t VALUES (1)")
    error = fails(tailrace())
    assert "has the engine MyISAM" in error and "snapshot.locking.mode=extended" in error


def test_locked_for_the_whole_snapshot(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY) ENGINE=MyISAM; INSERT INTO t VALUES (1)")
    with tailrace(snapshot_locking_mode="extended") as engine:
        engine.wait_streaming()
        binlog_db.sql("INSERT INTO t VALUES (2)")
        assert ids(topics, binlog_db, 2) == [("r", 1), ("c", 2)]


def test_without_gtids_a_lock_is_needed(kafka, name, fails):
    with Mysql(gtid_mode="OFF", enforce_gtid_consistency="OFF") as server:
        with server.database(name) as db:
            db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
            error = fails(Tailrace(connector(db, snapshot_locking_mode="none"),
                                   worker=worker(kafka, group=name)))
            assert "the server has no GTIDs" in error and "minimal" in error
            server.sql(None, f"REVOKE RELOAD ON *.* FROM {server.user}")
            engine = Tailrace(connector(db), worker=worker(kafka, group=name))
            assert "GRANT RELOAD ON *.*" in fails(engine)
            server.sql(None, f"GRANT RELOAD ON *.* TO {server.user}")
            with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
                engine.wait_streaming()


def test_prepared_before_it(tailrace, topics, binlog_db):
    """A prepared XA transaction is waited for: it would be in neither snapshot nor stream."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    xid = binlog_db.name[-30:]
    binlog_db.sql(f"XA START '{xid}'; INSERT INTO t VALUES (1); XA END '{xid}'; XA PREPARE '{xid}'")
    timer = threading.Timer(
        2, lambda: wait_until(lambda: _succeeds(binlog_db, f"XA COMMIT '{xid}'")))
    timer.start()
    with tailrace() as engine:
        engine.wait_streaming()
        assert ids(topics, binlog_db, 1) == [("r", 1)]
    timer.join()


def _succeeds(db, sql):
    """The server doesn't know a transaction by its name before its session has quite ended."""
    try:
        db.sql(sql)
    except Exception as error:
        assert "XAER_NOTA" in str(error)
        return False
    return True


def test_prepared_for_long(kafka, name):
    """What the snapshot waits for is said, and tried again. The server is its own: on a shared one
    the snapshots of other tests would be tried again, too."""
    with Mysql() as server, server.database(name) as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY);"
               "XA START 'x'; INSERT INTO t VALUES (1); XA END 'x'; XA PREPARE 'x'")
        try:
            with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
                engine.wait_log("prepared XA transactions .* commit or roll them back")
                wait_until(lambda: _succeeds(db, "XA COMMIT 'x'"))
                engine.wait_streaming()
                assert ids(Topics(kafka, name), db, 1) == [("r", 1)]
        finally:
            if db.query("XA RECOVER"):
                db.sql("XA ROLLBACK 'x'")


def _commit_in_two_phases(db, first, stop):
    with db.connect() as connection, connection.cursor() as cursor:
        for i in itertools.count(first):
            if stop.is_set():
                return
            xid = f"{db.name[-30:]}_{i}"
            cursor.execute(f"XA START '{xid}'")
            cursor.execute(f"INSERT INTO t VALUES ({i})")
            cursor.execute(f"XA END '{xid}'")
            cursor.execute(f"XA PREPARE '{xid}'")
            time.sleep(0.004)
            cursor.execute(f"XA COMMIT '{xid}'")
            time.sleep(0.1)


def test_prepared_around_it(tailrace, topics, binlog_db):
    """None is prepared before the point and committed behind it, however shortly."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    stop = threading.Event()
    writers = [threading.Thread(target=_commit_in_two_phases, args=(binlog_db, first, stop))
               for first in (1_000_000, 2_000_000)]
    for writer in writers:
        writer.start()
    try:
        with tailrace() as engine:
            engine.wait_streaming(180)  # it has to find a moment in which none is prepared
            stop.set()
            for writer in writers:
                writer.join()
            ids = sorted(row[0] for row in binlog_db.query("SELECT id FROM t"))
            records = topics.ops(f"{binlog_db.name}[.]t", len(ids))
            assert sorted(key["id"] for _, key, _ in records) == ids
    finally:
        stop.set()


def test_definitions_only(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with tailrace(snapshot_mode="no_data") as engine:
        engine.wait_streaming()
        binlog_db.sql("INSERT INTO t VALUES (2)")
        assert ids(topics, binlog_db, 1) == [("c", 2)]


def test_nothing_is_on_its_way_at_the_point(kafka, name, fails):
    """A commit is shown before gtid_executed has it: equal sets around the readers' begin are not
    enough. A session that owns a GTID may be that far."""
    with Mysql() as server, server.database(name) as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        with db.connect(autocommit=False) as owner, owner.cursor() as cursor:
            cursor.execute("SET gtid_next = '3e11fa47-71ca-11e1-9e33-c80aa9429562:1'")
            cursor.execute("INSERT INTO t VALUES (2)")
            before = server.gtids()
            engine = Tailrace(connector(db, snapshot_locking_mode="none"),
                              worker=worker(kafka, group=name))
            assert "does not rest" in fails(engine)
            assert server.gtids() == before
            owner.commit()
        with engine:
            engine.wait_streaming()
            assert [key["id"] for _, key, _ in
                    Topics(kafka, name).ops(f"{name}[.]t", 2)] == [1, 2]
