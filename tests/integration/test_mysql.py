"""MySQL and MariaDB from end to end: snapshot, stream, restart, kill."""

import pytest

from bed import Mariadb, Tailrace, connector, wait_until, worker


def _topic(db, table="t"):
    return f"{db.name}.{table}"


def test_snapshot_then_stream(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(20));"
                  "INSERT INTO t VALUES (1, 'a'), (2, NULL)")
    with tailrace() as engine:
        engine.wait_streaming()
        binlog_db.sql("INSERT INTO t VALUES (3, 'é😀'); UPDATE t SET v = 'b' WHERE id = 1;"
                      "UPDATE t SET id = 4 WHERE id = 2; DELETE FROM t WHERE id = 3")
        assert topics.ops(_topic(binlog_db), 9) == [
            ("r", {"id": 1}, {"id": 1, "v": "a"}), ("r", {"id": 2}, {"id": 2, "v": None}),
            ("c", {"id": 3}, {"id": 3, "v": "é😀"}), ("u", {"id": 1}, {"id": 1, "v": "b"}),
            ("d", {"id": 2}, {"id": 2, "v": None}), ("t", {"id": 2}, None),
            ("c", {"id": 4}, {"id": 4, "v": None}),
            ("d", {"id": 3}, {"id": 3, "v": "é😀"}), ("t", {"id": 3}, None)]


def test_a_restart_goes_on(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        binlog_db.sql("INSERT INTO t VALUES (1)")
        topics.records(_topic(binlog_db), 1)
        engine.stop()
        binlog_db.sql("INSERT INTO t VALUES (2)")
        binlog_db.server.flush_binlog()
        binlog_db.sql("INSERT INTO t VALUES (3)")
        engine.start()
        engine.wait_streaming()
        binlog_db.sql("INSERT INTO t VALUES (4)")
        assert [key["id"] for _, key, _ in topics.ops(_topic(binlog_db), 4)] == [1, 2, 3, 4]
        engine.stop()
        assert len(topics.records(_topic(binlog_db))) == 4


def test_a_restart_knows_the_table_of_then(tailrace, topics, binlog_db):
    """What was written before an ALTER is read with the columns of that time, though the catalog
    has only today's."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); "
                  "INSERT INTO t VALUES (0, '')")
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records(_topic(binlog_db), 1)
        engine.stop()
        binlog_db.sql("INSERT INTO t VALUES (1, 'old');"
                      "ALTER TABLE t ADD w int FIRST, CHANGE v vv varchar(20);"
                      "INSERT INTO t VALUES (5, 2, 'new')")
        engine.start()
        records = topics.records(_topic(binlog_db), 3)
        assert [record.json["after"] for record in records[1:]] == [
            {"id": 1, "v": "old"}, {"w": 5, "id": 2, "vv": "new"}]


def test_killed_while_it_streams(tailrace, topics, binlog_db):
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    written = 0
    with tailrace() as engine:
        engine.wait_streaming()
        for _ in range(4):
            for _ in range(50):
                written += 1
                binlog_db.sql("INSERT INTO t VALUES (%s)", written)
            engine.kill9()
            engine.start()
        engine.wait_streaming()
        keys = [key["id"] for _, key, _ in topics.ops(_topic(binlog_db), written)]
        assert keys == list(range(1, written + 1))
        engine.stop()
        assert len(topics.records(_topic(binlog_db))) == written


def test_one_transaction_of_many_rows(tailrace, topics, binlog_db):
    """Rows that fill many events, and one that fills more than a packet of 16 MiB."""
    binlog_db.sql("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v longtext)")
    with tailrace(producer_override_max_request_size=40_000_000,
                  **{"topic.creation.default.max.message.bytes": 40_000_000,
                     "topic.creation.default.partitions": 1,
                     "topic.creation.default.replication.factor": 1}) as engine:
        engine.wait_streaming()
        rows = ", ".join(["(repeat('x', 1000))"] * 1500)
        binlog_db.sql(f"BEGIN; INSERT INTO t (v) VALUES {rows};"
                      "INSERT INTO t (v) VALUES (repeat('y', 18000000)); COMMIT")
        records = topics.records(_topic(binlog_db), 1501)
        assert records[-1].json["after"]["v"] == "y" * 18_000_000
        assert len({record.json["source"]["gtid"] for record in records}) == 1


def test_two_databases(tailrace, kafka, binlog_db):
    other = f"{binlog_db.name}_2"
    with binlog_db.server.database(other) as second:
        for db in (binlog_db, second):
            db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        with tailrace(database_include_list=f"{binlog_db.name},{other}",
                      table_exclude_list=r".*\.u") as engine:
            engine.wait_streaming()
            for db in (binlog_db, second):
                db.sql("CREATE TABLE u (id int); INSERT INTO u VALUES (1);"
                       "INSERT INTO t VALUES (2)")
            records = kafka.consume(rf"{binlog_db.name}\..*", 4)
            assert {record.topic for record in records} == {
                f"{binlog_db.name}.{name}.t" for name in (binlog_db.name, other)}


@pytest.fixture(scope="module")
def mariadb11():
    with Mariadb("11") as server:
        yield server


def test_mariadb_11(mariadb11, kafka, name):
    with mariadb11.database(name) as db:
        db.sql("CREATE TABLE t (id int PRIMARY KEY, u uuid, v vector(2));"
               "INSERT INTO t VALUES (1, uuid(), x'0000803f00000040')")
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            db.sql("UPDATE t SET id = 2")
            records = kafka.consume(rf"{name}\.{name}\.t", 4)
            assert [r.json and r.json["op"] for r in records] == ["r", "d", None, "c"]
            assert records[3].json["after"]["u"] == records[0].json["after"]["u"]


def test_the_dump_ends_with_tailrace(tailrace, binlog_db):
    """A server notices that nobody reads any more."""
    server = binlog_db.server
    # A user of its own: other tests read the log of this server, too, for as long as they like.
    user = f"reader_{binlog_db.server_id}"
    server.sql(None, f"SET sql_log_bin = 0; CREATE USER {user} IDENTIFIED BY 'pw';"
               f"GRANT {server.privileges} ON *.* TO {user}")

    def dumps():
        return [row[0] for row in server.query(None, "SHOW PROCESSLIST")
                if row[1] == user and "Binlog Dump" in row[4]]

    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace(database_user=user, database_password="pw") as engine:
        engine.wait_streaming()
        wait_until(dumps, what="the dump that was asked for")
        engine.stop()
        wait_until(lambda: not dumps(), what="the dump to end, with the next heartbeat")
    server.sql(None, f"SET sql_log_bin = 0; DROP USER {user}")
