"""Taking over a stopped Debezium connector in place, and leaving it a position that it can read."""

import json

import pytest
from confluent_kafka import Producer

from bed import wait_until
from bed.process import GIVE_UP


@pytest.fixture
def predecessor(kafka, db, name):
    """What a Debezium connector of this name has left: publication, slot, offsets topic."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    db.sql(f"CREATE PUBLICATION {db.name} FOR TABLE t")
    db.sql("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", db.name)
    kafka.create_topic(f"{name}-offsets", partitions=25, cleanup_policy="compact")

    def leave(offset):
        producer = Producer({"bootstrap.servers": kafka.bootstrap, "partitioner": "murmur2_random"})
        producer.produce(f"{name}-offsets", key=key_of(db.name), value=json.dumps(offset))
        assert producer.flush(GIVE_UP) == 0

    return leave


def key_of(name):
    """As Connect writes it: no blanks."""
    return f'["{name}",{{"server":"{name}"}}]'


def log(db):
    """[(lsn, first letter of the pgoutput message)] of what the slot has waiting."""
    rows = db.query(
        "SELECT lsn - '0/0'::pg_lsn, chr(get_byte(data, 0))"
        " FROM pg_logical_slot_peek_binary_changes"
        "(%s, NULL, NULL, 'proto_version', '1', 'publication_names', %s)", db.name, db.name)
    return [(int(lsn), letter) for lsn, letter in rows]


def test_between_two_transactions(tailrace, topics, db, predecessor):
    db.sql("INSERT INTO t VALUES (1), (2)")
    lsns = log(db)
    end = lsns[-1][0]
    predecessor({"lsn_proc": end, "messageType": "COMMIT", "lsn_commit": end, "lsn": end,
                 "txId": 700, "ts_usec": 1795230791831223})
    db.sql("INSERT INTO t VALUES (3)")
    with tailrace() as engine:
        engine.wait_streaming()
        assert topics.ops("public.t", 1) == [("c", {"id": 3}, {"id": 3})]


def test_inside_an_incremental_snapshot(tailrace, topics, db, predecessor):
    """The tables that are left are read; where in the first one it was isn't known."""
    db.sql("CREATE TABLE done (id int PRIMARY KEY); CREATE TABLE left_ (id int PRIMARY KEY);"
           "INSERT INTO t VALUES (1), (2); INSERT INTO left_ VALUES (1), (2), (3)")
    end = log(db)[-1][0]
    left = [{"incremental_snapshot_collections_id": "public.t",
             "incremental_snapshot_collections_additional_condition": None,
             "incremental_snapshot_collections_surrogate_key": None},
            {"incremental_snapshot_collections_id": "public.left_",
             "incremental_snapshot_collections_additional_condition": "(id > 1)",
             "incremental_snapshot_collections_surrogate_key": ""}]
    predecessor({"lsn_proc": end, "messageType": "COMMIT", "lsn_commit": end, "lsn": end,
                 "txId": 700, "ts_usec": 1795230791831223, "snapshot": "INCREMENTAL",
                 "snapshot_completed": True, "last_snapshot_record": True,
                 "incremental_snapshot_correlation_id": "ad-hoc",
                 "incremental_snapshot_primary_key": "aced000570",
                 "incremental_snapshot_collections": json.dumps(left)})
    with tailrace() as engine:
        engine.wait_log("an incremental snapshot that Debezium began goes on.*public.t")
        engine.wait_log("the incremental snapshot is complete.*id=ad-hoc")
        assert topics.ops("public.t", 2) == [("r", {"id": n}, {"id": n}) for n in (1, 2)]
        assert [key["id"] for _, key, _ in topics.ops("public.left_", 2)] == [2, 3]
        engine.restart()
        engine.wait_streaming()
        assert not engine.said("Debezium began")


def test_inside_a_transaction(tailrace, topics, db, predecessor):
    """The offset says which change of the open transaction was the last."""
    db.sql("INSERT INTO t VALUES (1)")
    db.sql("INSERT INTO t VALUES (2); INSERT INTO t VALUES (3); INSERT INTO t VALUES (4)")
    lsns = log(db)
    commit = next(lsn for lsn, letter in lsns if letter == "C")
    rows = [lsn for lsn, letter in lsns if letter == "I"]
    xid = int(db.value("SELECT xmin::text FROM t WHERE id = 3"))
    predecessor({"lsn_proc": rows[2], "messageType": "INSERT", "lsn_commit": commit,
                 "lsn": rows[2], "txId": xid, "ts_usec": 1795230791831223})
    db.sql("INSERT INTO t VALUES (5)")
    with tailrace() as engine:
        engine.wait_streaming()
        assert [key["id"] for _, key, _ in topics.ops("public.t", 2)] == [4, 5]


def test_inside_a_copy(tailrace, topics, db, predecessor):
    """Its rows share a place of the log: none is lost, and the log says that some come again."""
    db.sql("INSERT INTO t VALUES (1)")
    db.psql("COPY t FROM stdin;\n2\n3\n4\n\\.\n")
    lsns = log(db)
    commit = next(lsn for lsn, letter in lsns if letter == "C")
    rows = {lsn for lsn, letter in lsns if letter == "I" and lsn >= commit}
    assert len(rows) == 1
    predecessor({"lsn_proc": min(rows), "messageType": "INSERT", "lsn_commit": commit,
                 "lsn": min(rows), "txId": int(db.value("SELECT xmin::text FROM t WHERE id = 3")),
                 "ts_usec": 1795230791831223})
    with tailrace() as engine:
        engine.wait_streaming()
        assert [key["id"] for _, key, _ in topics.ops("public.t", 2)] == [3, 4]
        assert engine.said("level=warn .*COPY")


def test_after_the_snapshot(tailrace, topics, db, predecessor):
    lsn = db.value("SELECT (confirmed_flush_lsn - '0/0')::bigint FROM pg_replication_slots "
                   "WHERE slot_name = %s", db.name)
    predecessor({"last_snapshot_record": True, "lsn": lsn, "txId": 700,
                 "ts_usec": 1795230788712956, "snapshot": "INITIAL", "snapshot_completed": True})
    db.sql("INSERT INTO t VALUES (1)")
    with tailrace() as engine:
        engine.wait_streaming()
        assert topics.ops("public.t", 1) == [("c", {"id": 1}, {"id": 1})]


def test_the_position_goes_where_the_old_one_was(tailrace, topics, kafka, db, name, predecessor):
    """Same topic, same partition: a reader sees one history, and compaction keeps the newest."""
    end = db.value("SELECT (pg_current_wal_lsn() - '0/0')::bigint")
    predecessor({"lsn_proc": end, "messageType": "COMMIT", "lsn_commit": end, "lsn": end,
                 "txId": 700, "ts_usec": 1795230791831223})
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (1)")
        topics.records("public.t", 1)
        records = [r for r in kafka.consume(f"{name}-offsets") if r.value]
        assert len({record.partition for record in records}) == 1
        records = [r for r in records if b"tailrace_state" not in r.key]
        assert {record.key.decode() for record in records} == {key_of(db.name)}


def test_the_position_is_in_connects_form(tailrace, topics, kafka, db, name):
    """What Connect's offset reader and Debezium's loader need to go on from it."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY)")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (1)")
        xid = int(db.value("SELECT xmin::text FROM t"))
        topics.records("public.t", 1)
        wait_until(lambda: "lsn_commit" in _newest(kafka, name).json)
        record = _newest(kafka, name)
        position = record.json
    assert record.key == key_of(db.name).encode()
    assert all(isinstance(value, (int, str, bool, type(None))) for value in position.values())
    assert position["txId"] == xid and position["messageType"] == "COMMIT"
    assert position["lsn"] == position["lsn_proc"] == position["lsn_commit"] > 0
    assert position["ts_usec"] > 1_600_000_000_000_000
    assert "snapshot" not in position
    own = {key for key in position if key.startswith("tailrace_")}
    assert {"tailrace_format", "tailrace_transaction", "tailrace_outputs"} <= own
    assert kafka.topic_config(f"{name}-offsets")["cleanup.policy"] == "compact"


def test_a_position_that_is_no_json(tailrace, db, kafka, name, predecessor, fails):
    predecessor([1, 2])
    error = fails(tailrace())
    assert "position" in error


def test_a_position_of_a_newer_format(tailrace, db, predecessor, fails):
    predecessor({"lsn": 1, "tailrace_format": 99})
    error = fails(tailrace())
    assert "99" in error and "newer" in error


def test_a_position_behind_the_slot(tailrace, db, predecessor, fails):
    """The slot was moved on by somebody else: what lies between would be skipped silently."""
    predecessor({"lsn_proc": 4096, "messageType": "COMMIT", "lsn_commit": 4096, "lsn": 4096,
                 "txId": 700, "ts_usec": 1795230791831223})
    error = fails(tailrace())
    assert db.name in error and "0/1000" in error and "when_needed" in error


def _newest(kafka, name):
    return [r for r in kafka.consume(f"{name}-offsets") if r.value][-1]
