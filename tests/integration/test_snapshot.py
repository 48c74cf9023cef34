"""The initial snapshot: every row once, whatever the table looks like and however it is cut."""

import json
from collections import Counter

import pytest
from views import op_of

from bed import Proxy, wait_until


def markers(records):
    return [record.json["source"]["snapshot"] for record in records]


def _ops_beyond(topics, key):
    """(op, key) of all records of t; those of this key are awaited, others may follow."""
    with topics.reader("public.t") as reader:
        records = reader.wait(lambda seen: any(record.key_json["id"] == key for record in seen))
        records += reader.read()
    return [(op, key["id"]) for op, key, _ in map(op_of, records)]


@pytest.mark.parametrize("threads", [1, 4])
def test_a_big_table_in_many_chunks(tailrace, topics, db, threads):
    db.sql("CREATE TABLE t (id bigint PRIMARY KEY, v text);"
           "INSERT INTO t SELECT i * 7, 'v' || i FROM generate_series(1, 60000) i")
    with tailrace(snapshot_max_threads=threads, snapshot_fetch_size=3_000) as engine:
        engine.wait_streaming()
        records = topics.records("public.t", 60_000)
        assert len(topics.records("public.t")) == 60_000
    ids = {json.loads(record.key)["id"] for record in records}
    assert ids == set(range(7, 420_001, 7))
    marked = [record for record in records if b'"snapshot":"true"' not in record.value]
    assert markers(marked) == ["first", "last"]
    assert marked[1] == records[-1]


def test_markers_of_several_tables(tailrace, topics, db):
    db.sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);"
           "CREATE TABLE c (id int PRIMARY KEY); CREATE TABLE d (id int PRIMARY KEY);"
           "INSERT INTO a SELECT generate_series(1, 3); INSERT INTO b SELECT generate_series(1, 3);"
           "INSERT INTO c VALUES (1)")
    with tailrace() as engine:
        engine.wait_streaming()
        assert markers(topics.records("public.a", 3)) == [
            "first", "true", "last_in_data_collection"]
        assert markers(topics.records("public.b", 3)) == [
            "first_in_data_collection", "true", "last_in_data_collection"]
        assert markers(topics.records("public.c", 1)) == ["last"]


def test_empty_tables_only(tailrace, topics, db):
    db.sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int)")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO a VALUES (1)")
        assert [op for op, *_ in topics.ops("public.a", 1)] == ["c"]


def test_a_table_without_columns(tailrace, topics, db):
    db.sql("CREATE TABLE t (); INSERT INTO t DEFAULT VALUES")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t DEFAULT VALUES")
        assert topics.ops("public.t", 2) == [("r", None, {}), ("c", None, {})]


def test_a_table_without_key(tailrace, topics, db):
    db.sql("CREATE TABLE t (v int); INSERT INTO t SELECT i / 2 FROM generate_series(0, 49999) i")
    with tailrace(snapshot_fetch_size=1000, snapshot_max_threads=2) as engine:
        engine.wait_streaming()
        records = topics.records("public.t", 50_000)
        values = Counter(record.json["after"]["v"] for record in records)
        assert len(records) == 50_000 and set(values.values()) == {2}
        assert records[0].key is None


@pytest.mark.parametrize("key, row", [
    ("a int, b text, PRIMARY KEY (b, a)", "i % 97, 'k' || i / 97"),
    ('a text COLLATE "und-x-icu" PRIMARY KEY, b int',
     "(ARRAY['ä','A','z','_',''''])[i % 5 + 1] || i, 1"),
    ('a text COLLATE "C" PRIMARY KEY, b int', "chr(33 + i % 5000) || i, 1"),
    ("a uuid PRIMARY KEY, b int", "md5(i::text)::uuid, 1"),
    ("a timestamptz PRIMARY KEY, b int", "'2020-01-01'::timestamptz + i * '1 us'::interval, 1"),
    ("a numeric PRIMARY KEY, b int", "i / 3.0, 1"),
    ("a bytea PRIMARY KEY, b int", "decode(md5(i::text), 'hex'), 1"),
    ("a float8 PRIMARY KEY, b int", "CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' "
                                    "ELSE sqrt(i) END, 1"),
    ("a date, b int, PRIMARY KEY (a, b)", "'2020-01-01'::date + i % 50, i"),
    ("a bool, b int, PRIMARY KEY (a, b)", "i % 2 = 0, i"),
], ids=lambda value: value.split()[1] if "KEY" in value else "")
def test_keys_of_many_kinds(tailrace, topics, db, key, row):
    """Cut into 20 ranges of the key: a wrong comparison would lose or repeat rows."""
    db.sql(f"CREATE TABLE t ({key}); INSERT INTO t SELECT {row} FROM generate_series(1, 20000) i")
    with tailrace(snapshot_fetch_size=1000, snapshot_max_threads=2) as engine:
        engine.wait_streaming()
        records = topics.records("public.t", 20_000)
        assert len({record.key for record in records}) == 20_000
        assert len(topics.records("public.t")) == 20_000


def test_a_key_over_a_domain_and_an_enum(tailrace, topics, db):
    db.sql("CREATE TYPE e AS ENUM ('z', 'a', 'm'); CREATE DOMAIN d AS int;"
           "CREATE TABLE t (a e, b d, PRIMARY KEY (a, b));"
           "INSERT INTO t SELECT (enum_range(NULL::e))[i % 3 + 1], i"
           " FROM generate_series(1, 9000) i")
    with tailrace(snapshot_fetch_size=1000) as engine:
        engine.wait_streaming()
        assert len({record.key for record in topics.records("public.t", 9000)}) == 9000


def test_a_table_that_grows_and_shrinks_meanwhile(tailrace, topics, db):
    """Snapshot and stream meet without gap or overlap."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v int);"
           "INSERT INTO t SELECT i, 0 FROM generate_series(1, 100000) i")
    with tailrace(snapshot_fetch_size=2000, snapshot_max_threads=2) as engine:
        wait_until(db.slots)
        for number in range(1, 201):
            db.sql("UPDATE t SET v = v + 1 WHERE id = %s", number * 400)
            db.sql("DELETE FROM t WHERE id = %s", number * 400 + 1)
            db.sql("INSERT INTO t VALUES (%s, 0)", 100_000 + number)
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (-1, 0)")
        with topics.reader("public.t") as reader:
            records = reader.wait(lambda seen: seen and seen[-1].key == b'{"id":-1}')
    rows, seen = {}, Counter()
    for record in records:
        value = record.json
        if value is None:
            rows.pop(record.key_json["id"], None)
        elif value["op"] != "d":
            seen[value["op"], record.key] += 1
            rows[value["after"]["id"]] = value["after"]["v"]
    assert rows == dict(db.query("SELECT id, v FROM t"))
    assert max(seen.values()) == 1


def test_inheritance_and_unlogged(tailrace, topics, db):
    """A parent's rows are its own; an unlogged table has a snapshot and no stream."""
    db.sql("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (PRIMARY KEY (id)) INHERITS (p);"
           "CREATE UNLOGGED TABLE u (id int PRIMARY KEY);"
           "INSERT INTO p VALUES (1); INSERT INTO c VALUES (2); INSERT INTO u VALUES (3)")
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records("public.p", 1)
        assert topics.ops("public.p") == [("r", {"id": 1}, {"id": 1})]
        assert topics.ops("public.c", 1) == [("r", {"id": 2}, {"id": 2})]
        assert topics.ops("public.u", 1) == [("r", {"id": 3}, {"id": 3})]


def test_generated_and_dropped_columns(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, gone int, a int,"
           " twice int GENERATED ALWAYS AS (a * 2) STORED); ALTER TABLE t DROP gone;"
           "INSERT INTO t VALUES (1, 5)")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2, 6)")
        first, second = topics.ops("public.t", 2)
        assert first[2]["a"] == 5 and second[2] == {"id": 2, "a": 6}
        assert set(first[2]) - {"twice"} == {"id", "a"}


def test_include_collection_list(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY);"
           "INSERT INTO t VALUES (1); INSERT INTO u VALUES (1)")
    with tailrace(snapshot_include_collection_list="public.u") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2)")
        assert topics.ops("public.u", 1)[0][0] == "r"
        assert [op for op, *_ in topics.ops("public.t", 1)] == ["c"]


def test_mode_no_data(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with tailrace(snapshot_mode="no_data") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2)")
        assert topics.ops("public.t", 1) == [("c", {"id": 2}, {"id": 2})]
        engine.restart()
        engine.wait_streaming()
        assert len(topics.records("public.t")) == 1


def test_mode_initial_does_it_once(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records("public.t", 1)
        engine.stop()
        db.sql("INSERT INTO t VALUES (2)")
        engine.start()
        engine.wait_streaming()
        assert [op for op, *_ in topics.ops("public.t", 2)] == ["r", "c"]


def test_mode_initial_only(tailrace, topics, db):
    """It ends by itself, with no slot left that would hold WAL."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
    with tailrace(snapshot_mode="initial_only") as engine:
        engine.wait_state("FINISHED")
        assert engine.wait() == 0
        assert [op for op, *_ in topics.ops("public.t", 2)] == ["r", "r"]
        assert not db.slots()


def test_mode_always(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with tailrace(snapshot_mode="always") as engine:
        engine.wait_streaming()
        topics.records("public.t", 1)
        engine.stop()
        db.sql("INSERT INTO t VALUES (2)")
        engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (3)")
        ops = _ops_beyond(topics, 3)
        assert ops[0] == ("r", 1) and ops[-1] == ("c", 3)
        assert {("r", 1), ("r", 2)} <= set(ops[1:])


def test_mode_always_loses_no_delete(tailrace, topics, db):
    """What happened while nothing ran is streamed behind the rows that are read again."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
    with tailrace(snapshot_mode="always") as engine:
        engine.wait_streaming()
        topics.records("public.t", 2)
        engine.stop()
        db.sql("DELETE FROM t WHERE id = 1")
        engine.start()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (3)")
        ops = _ops_beyond(topics, 3)
        assert ops[2] == ("r", 2) and ("d", 1) in ops[3:] and ops[-1] == ("c", 3)


@pytest.mark.parametrize("key", ["citext", "ltree"])
def test_key_of_an_extension_type(tailrace, topics, db, key):
    """Its operators are nowhere on our search_path: the table is read in one piece."""
    db.sql(f"CREATE EXTENSION {key}; CREATE TABLE t (id {key} PRIMARY KEY);"
           f"INSERT INTO t SELECT ('B.' || i)::{key} FROM generate_series(1, 500) i; ANALYZE t")
    with tailrace(snapshot_fetch_size="100") as engine:
        engine.wait_streaming()
        assert len({record.key for record in topics.records("public.t", 500)}) == 500


def test_table_rewritten_before_it_is_read(tailrace, topics, db):
    """The snapshot sees an empty table then, and no log tells of the rows."""
    db.sql("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 400000);"
           "CREATE TABLE b (id int PRIMARY KEY); INSERT INTO b SELECT generate_series(1, 10);"
           "CREATE TABLE c (id int PRIMARY KEY); INSERT INTO c VALUES (1)")
    with Proxy.before(db.server) as network:
        network.stall_after(1_000_000)  # in the midst of a
        with tailrace(snapshot_max_threads="1", database_port=network.port) as engine:
            engine.wait_log("reading a snapshot")
            db.sql("ALTER TABLE b ALTER id TYPE bigint")
            network.flow()
            assert "public.b was rewritten" in engine.wait_log("RESTARTING.*").group()
            engine.wait_streaming()
            assert len({record.key for record in topics.records("public.b", 10)}) == 10


def test_mode_when_needed_has_nothing_to_do(tailrace, topics, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    with tailrace(snapshot_mode="when_needed") as engine:
        engine.wait_streaming()
        topics.records("public.t", 1)
        engine.restart()
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2)")
        assert [op for op, *_ in topics.ops("public.t", 2)] == ["r", "c"]


def test_topics_are_made_as_configured(tailrace, topics, kafka, db):
    db.sql("CREATE TABLE big (id int PRIMARY KEY); CREATE TABLE small (id int PRIMARY KEY);"
           "INSERT INTO big SELECT generate_series(1, 50); INSERT INTO small VALUES (1)")
    with tailrace(**{
            "topic.creation.default.partitions": 1, "topic.creation.default.replication.factor": 1,
            "topic.creation.groups": "large", "topic.creation.large.include": r".*[.]big",
            "topic.creation.large.partitions": 4,
            "topic.creation.large.cleanup.policy": "compact"}) as engine:
        engine.wait_streaming()
        records = topics.records("public.big", 50)
        topics.records("public.small", 1)
        assert kafka.partitions(f"{db.name}.public.big") == 4
        assert kafka.partitions(f"{db.name}.public.small") == 1
        assert kafka.topic_config(f"{db.name}.public.big")["cleanup.policy"] == "compact"
        assert len({record.partition for record in records}) == 4
