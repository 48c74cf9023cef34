"""tailrace verify: is a topic equal to its table?"""

import json
import threading

import pytest
from confluent_kafka import Producer

from bed.kafka import client_config
from bed.process import GIVE_UP


@pytest.fixture(params=["db", "mysql_db", "mariadb_db"])
def any_db(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def database(request):
    return request.getfixturevalue("any_db" if "any_db" in request.fixturenames else "db")


def _name(database, table="t"):
    schema = "public" if database.server.kind == "postgres" else database.name
    return f"{schema}.{table}"


@pytest.fixture
def verify(database, tailrace):
    """A function: run it beside a connector with these changes; its exit status and verdict."""
    def run(*args, table="t", as_json=True, **changes):
        words = ["--table", _name(database, table), *args] + (["--json"] if as_json else [])
        done = tailrace(command="verify", args=words, **changes).run()
        if not as_json:
            return done
        assert done.stdout, done.stderr
        verdict = json.loads(done.stdout)
        assert done.returncode == (0 if verdict["equal"] else 1)
        return verdict

    return run


def _produce(kafka, topic, key, value):
    producer = Producer(client_config(kafka.bootstrap))
    producer.produce(topic, key=key, value=value)
    assert producer.flush(GIVE_UP) == 0


def _behind_the_log(database, engine, statement):
    """Change something without the stream's hearing of it."""
    if database.server.kind != "postgres":
        with database.server.connect(database.name) as connection, connection.cursor() as cursor:
            cursor.execute("SET SESSION sql_log_bin = 0")
            cursor.execute(statement)
        return
    publication = engine.connectors[0]["publication.name"]
    database.sql(f'ALTER PUBLICATION "{publication}" SET (publish = \'insert\')')
    database.sql(statement)
    database.sql(f'ALTER PUBLICATION "{publication}" SET (publish = \'insert, update, delete\')')


def _differences(verdict):
    return {key["key"]["id"]: (key["difference"], key["columns"]) for key in verdict["keys"]}


def test_finds_what_differs(any_db, tailrace, verify, kafka):
    any_db.sql("CREATE TABLE t (id int PRIMARY KEY, v varchar(40), d decimal(10,2), at timestamp)")
    any_db.sql("INSERT INTO t VALUES " + ", ".join(
        f"({i}, 'row {i}', {i}.5, '2024-02-03 04:05:06')" for i in range(1, 301)))
    topic = f"{any_db.name}.{_name(any_db)}"
    small = {"snapshot_fetch_size": "50"}
    with tailrace(**small) as engine:
        engine.wait_streaming()
        any_db.sql("UPDATE t SET v = 'new', d = NULL WHERE id = 7; DELETE FROM t WHERE id > 295;"
                   "UPDATE t SET id = 400 WHERE id = 8; INSERT INTO t VALUES (401, NULL, 0, NULL)")
        verdict = verify(**small)
        assert verdict["equal"] and verdict["rows"] == 296 and verdict["topic"] == topic

        record = next(r for r in kafka.consume(topic) if json.loads(r.key)["id"] == 1)
        _produce(kafka, topic, record.key, None)
        _produce(kafka, topic, record.key.replace(b"1", b"999"), record.value)
        _behind_the_log(any_db, engine, "UPDATE t SET v = 'unheard', d = 1 WHERE id = 2")
        verdict = verify("--connector", any_db.name, **small)
        assert _differences(verdict) == {1: ("missing", []), 999: ("extra", []),
                                         2: ("different", ["v", "d"])}
        assert (verdict["missing"], verdict["extra"], verdict["different"]) == (1, 1, 1)
        assert engine.stop() == 0


def test_beside_writers(any_db, tailrace, verify):
    """Rows that change meanwhile don't differ, wherever they are caught."""
    any_db.sql("CREATE TABLE t (id int PRIMARY KEY, v int)")
    any_db.sql("INSERT INTO t VALUES " + ", ".join(f"({i}, 0)" for i in range(50)))
    ended = threading.Event()

    def write():
        connection = any_db.connect()
        cursor = connection.cursor()
        n = 0
        while not ended.is_set():
            n += 1
            cursor.execute(f"UPDATE t SET v = v + 1 WHERE id % 7 = {n % 7}")
            cursor.execute(f"DELETE FROM t WHERE id = {n % 50}")
            cursor.execute(f"INSERT INTO t VALUES ({n % 50}, {n})")
        connection.close()

    with tailrace() as engine:
        engine.wait_streaming()
        writer = threading.Thread(target=write)
        writer.start()
        try:
            verdict = verify()
        finally:
            ended.set()
            writer.join()
        assert verdict["equal"] and verdict["moved"], verdict


def test_unwrapped_with_schemas(db, tailrace, verify, kafka):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text, gone int);"
           "INSERT INTO t SELECT i, 'v' || i, i FROM generate_series(1, 20) i")
    changes = {
        "value_converter_schemas_enable": "true", "key_converter_schemas_enable": "true",
        "transforms": "unwrap",
        "transforms_unwrap_type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms_unwrap_add_fields": "op,lsn",
        "transforms_unwrap_delete_tombstone_handling_mode": "rewrite",
    }
    with tailrace(**changes) as engine:
        engine.wait_streaming()
        db.sql("ALTER TABLE t DROP COLUMN gone; ALTER TABLE t ADD COLUMN later int;"
               "UPDATE t SET v = 'x' WHERE id < 3; DELETE FROM t WHERE id = 4")
        assert verify(**changes)["equal"]
        db.sql("TRUNCATE t")  # which ExtractNewRecordState keeps to itself
        assert verify(**changes)["extra"] == 19


def test_unchanged_values_are_looked_up(db, tailrace, verify, kafka):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v int, long text, bytes bytea, list int[]);"
           "ALTER TABLE t ALTER long SET STORAGE EXTERNAL, ALTER bytes SET STORAGE EXTERNAL,"
           " ALTER list SET STORAGE EXTERNAL;"
           "INSERT INTO t SELECT i, i, repeat('x', 9000), decode(repeat('ab', 9000), 'hex'),"
           " array_fill(i, ARRAY[4000]) FROM generate_series(1, 3) i")
    topic = f"{db.name}.public.t"
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("UPDATE t SET v = 10")
        assert verify()["equal"]
        record = kafka.consume(topic, count=6)[-1]
        assert "__debezium_unavailable_value" in record.value.decode()
        key = json.loads(record.key)["id"]
        _produce(kafka, topic, record.key, None)
        _produce(kafka, topic, record.key, record.value)  # with nothing to look it up in
        done = verify(as_json=False)
        assert done.returncode == 1 and f"public.t: 1 key differs from topic {topic}" in done.stdout
        assert f'different             {{"id":{key}}}: long, bytes, list' in done.stdout


def test_publication_with_a_row_filter(db, tailrace, verify):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1), (2, 20);"
           f'CREATE PUBLICATION "{db.name}" FOR TABLE t WHERE (id < 2)')
    with tailrace() as engine:
        engine.wait_streaming()
        assert verify()["rows"] == 1


def test_empty_table_and_truncate(db, tailrace, verify):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)")
    with tailrace(skipped_operations="none") as engine:
        engine.wait_streaming()
        assert verify(skipped_operations="none", table="u")["equal"]  # there is no topic
        db.sql("INSERT INTO t VALUES (1), (2); TRUNCATE t; INSERT INTO t VALUES (3)")
        verdict = verify(skipped_operations="none")
        assert verdict["equal"] and verdict["rows"] == 1


def test_waits_for_the_connector(db, tailrace, verify, name):
    db.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    engine = tailrace()
    done = verify("--wait", "1", as_json=False)
    assert done.returncode == 1 and "no committed position yet" in done.stderr
    with engine:
        engine.wait_streaming()
    slots = db.slots()
    db.sql("INSERT INTO t VALUES (2)")
    done = verify("--wait", "1", as_json=False)
    assert done.returncode == 1 and "is it running?" in done.stderr
    assert "bytes before" in done.stderr
    assert db.slots() == slots
    with engine:
        done = verify(as_json=False)
        assert done.returncode == 0 and "public.t: equal to topic" in done.stdout


@pytest.mark.parametrize("changes, words", [
    ({"skipped_operations": "d"}, "skipped.operations=d"),
    ({"value_converter": "org.apache.kafka.connect.storage.StringConverter"}, "value.converter"),
    ({"sink_type": "stdout", "offset_storage_file_filename": "offsets"}, "sink.type"),
    ({"transforms": "x", "transforms_x_regex": "(.*)", "transforms_x_replacement": "$1",
      "transforms_x_type": "org.apache.kafka.connect.transforms.RegexRouter"}, "--topic"),
    ({"transforms": "x", "transforms_x_fields": "v", "transforms_x_type":
      "org.apache.kafka.connect.transforms.MaskField$Value"}, "transforms.x.type"),
    ({"table_exclude_list": "public.t"}, "captures no table public.t"),
])
def test_refuses(db, verify, changes, words):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')")
    done = verify(as_json=False, **changes)
    assert done.returncode == 1 and words in done.stderr, done.stderr


def test_table_without_a_key(db, tailrace, verify):
    db.sql("CREATE TABLE t (id int); ALTER TABLE t REPLICA IDENTITY FULL;"
           "INSERT INTO t VALUES (1), (1)")
    key = {"message_key_columns": "public.t:id"}
    with tailrace(**key) as engine:
        engine.wait_streaming()
        done = verify(as_json=False, **key)
        assert done.returncode == 1 and "two rows of the table have the key" in done.stderr
        done = verify(as_json=False)
        assert done.returncode == 1 and "message.key.columns" in done.stderr
