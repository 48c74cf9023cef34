"""Taking over a stopped Debezium connector in place: its offsets usually lie inside the last
transaction that it read."""

import json

import pytest
from confluent_kafka import Producer

from bed.process import GIVE_UP


@pytest.fixture
def predecessor(kafka, binlog_db, name):
    """What a Debezium connector of this name has left: an offsets topic."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)")
    kafka.create_topic(f"{name}-offsets", partitions=25, cleanup_policy="compact")

    def leave(offset):
        producer = Producer({"bootstrap.servers": kafka.bootstrap, "partitioner": "murmur2_random"})
        producer.produce(f"{name}-offsets", key=f'["{name}",{{"server":"{name}"}}]',
                         value=json.dumps(offset))
        assert producer.flush(GIVE_UP) == 0

    return leave


def _here(db, **more):
    """An offset as Debezium's at the end of the log, with or without GTIDs."""
    file, pos = db.server.position()
    return {"ts_sec": 1795231569, "file": file, "pos": pos, "gtids": db.server.gtids(), **more}


def _is_next(db, offset):
    """Is the first transaction behind the offset one of this database's? The server is shared."""
    events = db.query(f"SHOW BINLOG EVENTS IN '{offset['file']}' FROM {offset['pos']} LIMIT 5")
    kinds = [kind.lower() for _, _, kind, *_ in events]
    if "table_map" not in kinds:
        return False
    first = kinds.index("table_map")
    return (sum("gtid" in kind for kind in kinds[:first]) == 1
            and f"({db.name}." in events[first][-1])


def _before(db, statements, **more):
    """The offset at which the first of these transactions begins."""
    while True:
        offset = _here(db, **more)
        db.sql(statements)
        if _is_next(db, offset):
            return offset
        db.sql("TRUNCATE t; TRUNCATE u")


def _ids(topics, db, count):
    return sorted(key["id"] for _, key, _ in topics.ops(f"{db.name}[.][tu]", count))


def test_between_two_transactions(tailrace, topics, binlog_db, predecessor):
    binlog_db.sql("INSERT INTO t VALUES (1)")
    predecessor(_here(binlog_db))
    binlog_db.sql("INSERT INTO t VALUES (2)")
    with tailrace() as engine:
        engine.wait_streaming()
        assert _ids(topics, binlog_db, 1) == [2]


def test_inside_an_incremental_snapshot(tailrace, topics, binlog_db, predecessor):
    binlog_db.sql("INSERT INTO t VALUES (1), (2), (3)")
    left = [{"incremental_snapshot_collections_id": f"{binlog_db.name}.t",
             "incremental_snapshot_collections_additional_condition": "(id > 1)",
             "incremental_snapshot_collections_surrogate_key": None}]
    predecessor(_here(binlog_db, incremental_snapshot_collections=json.dumps(left),
                      incremental_snapshot_correlation_id="ad-hoc"))
    with tailrace() as engine:
        engine.wait_log("the incremental snapshot is complete.*id=ad-hoc")
        assert _ids(topics, binlog_db, 2) == [2, 3]


def test_inside_a_transaction(tailrace, topics, binlog_db, predecessor):
    """BEGIN (MariaDB: the GTID), a table map and rows, a table map: 4 events, and 2 rows."""
    predecessor(_before(
        binlog_db, "BEGIN; INSERT INTO u VALUES (1), (2); INSERT INTO t VALUES (3), (4), (5);"
        "INSERT INTO u VALUES (6); COMMIT; INSERT INTO t VALUES (7), (8)",
        server_id=1, event=4, row=2))
    with tailrace() as engine:
        engine.wait_streaming()
        assert _ids(topics, binlog_db, 4) == [5, 6, 7, 8]
        engine.stop()
        binlog_db.sql("INSERT INTO t VALUES (9)")
        engine.start()
        engine.wait_streaming()
        assert _ids(topics, binlog_db, 5) == [5, 6, 7, 8, 9]


def test_without_gtids(tailrace, topics, binlog_db, predecessor):
    offset = _before(binlog_db, "INSERT INTO t VALUES (3), (4); INSERT INTO t VALUES (5)",
                     server_id=1, event=2, row=1)
    del offset["gtids"]
    predecessor(offset)
    with tailrace() as engine:
        engine.wait_streaming()
        assert _ids(topics, binlog_db, 2) == [4, 5]


def test_what_debezium_can_read(tailrace, topics, positions, binlog_db):
    """Its keys, in its order, at a transaction's end."""
    binlog_db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        binlog_db.sql("INSERT INTO t VALUES (1)")
        topics.records(f"{binlog_db.name}[.]t", 1)
        engine.stop()
    last = positions()[-1]
    assert list(last)[:5] == ["ts_sec", "file", "pos", "gtids", "server_id"]
    assert last["gtids"] and last["server_id"] == 1
