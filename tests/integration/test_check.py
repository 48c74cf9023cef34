"""check: what would stop a run, each with the SQL or command that mends it."""

from bed import Kafka, Postgres, Tailrace, connector, stored, wait_until, worker
from bed.ports import free_port

_TABLE = "CREATE TABLE t (id int PRIMARY KEY)"


def check(engine, status):
    engine.command = "check"
    done = engine.run()
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def errors(said):
    return [line.split("ERROR", 1)[1].strip() for line in said.splitlines() if "ERROR" in line]


def mends(said):
    return [line.split("mend:", 1)[1].strip() for line in said.splitlines() if "mend:" in line]


def test_all_is_well(tailrace, db):
    db.sql(_TABLE)
    said = check(tailrace(), 0)
    assert said.startswith(f"{db.name}\n")
    assert "wal_level is logical" in said and "captured tables: 1" in said
    assert "Kafka reachable" in said and "0 errors" in said


def test_topics_of_the_worker(kafka, name):
    """Connect's, if connectors are kept there; they are made at the start."""
    keeper = stored(kafka, name, free_port())
    said = check(Tailrace(worker=keeper), 0)
    assert f"config.storage.topic: the topic {name}-configs will be created" in said
    assert f"no worker of Kafka Connect runs in the group {name}" in said
    assert not kafka.topics(f"{name}.*")
    kafka.create_topic(f"{name}-configs", partitions=2, cleanup_policy="compact")
    kafka.create_topic(f"{name}-status", partitions=2, cleanup_policy="compact")
    said = check(Tailrace(worker=keeper), 1)
    assert f"status.storage.topic: the topic {name}-status is there" in said
    (found,) = errors(said)
    assert f"the topic {name}-configs has 2 partitions, and must have one" in found


def test_it_changes_nothing(tailrace, kafka, db, name):
    db.sql(_TABLE)
    check(tailrace(), 0)
    assert not db.slots()
    assert not db.query("SELECT FROM pg_publication")
    assert not kafka.topics(f"{name}.*")


def test_it_does_not_disturb_a_running_connector(tailrace, topics, db):
    db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        said = check(tailrace(), 0)
        assert "keeps all changes from the stored position" in said
        assert f'warning  slot "{db.name}" is in use by process' in said
        db.sql("INSERT INTO t VALUES (1)")
        topics.records("public.t", 1)
        assert engine.state() == "RUNNING"


def test_wal_level(kafka, name):
    with Postgres(wal_level="replica") as pg, pg.database(name) as db:
        db.sql(_TABLE)
        said = check(Tailrace(connector(db), worker=worker(kafka, group=name)), 1)
        assert any("wal_level" in error for error in errors(said))
        assert any(mend.startswith("ALTER SYSTEM SET wal_level = logical") for mend in mends(said))
        pg.sql("postgres", "ALTER SYSTEM SET wal_level = logical")
        pg.restart()
        check(Tailrace(connector(db), worker=worker(kafka, group=name)), 0)


def test_privileges(tailrace, db, name):
    """What it prints mends it, as it stands but for the list of tables."""
    db.sql(_TABLE)
    db.sql(f"CREATE ROLE r_{name} LOGIN PASSWORD 'right'")
    try:
        changes = {"database_user": f"r_{name}", "database_password": "right"}
        said = check(tailrace(**changes), 1)
        found = " ".join(errors(said))
        assert "replication" in found and "public.t" in found and "publication" in found
        for mend in mends(said):
            if mend.split()[0] in ("ALTER", "GRANT", "CREATE"):
                db.sql(mend.replace("… -- the captured ones", "t"))
        said = check(tailrace(**changes), 0)
        with tailrace(command="run", **changes) as engine:
            engine.wait_streaming()
    finally:
        db.sql(f"DROP OWNED BY r_{name} CASCADE; DROP ROLE r_{name}")


def test_publication_and_identity(tailrace, db):
    db.sql(_TABLE + "; CREATE TABLE u (id int); CREATE TABLE gone (id int PRIMARY KEY);"
           f"CREATE PUBLICATION {db.name} FOR TABLE t, u")
    said = check(tailrace(publication_autocreate_mode="disabled"), 1)
    assert any("public.gone" in error for error in errors(said))
    assert f'ALTER PUBLICATION "{db.name}" ADD TABLE "public"."gone";' in mends(said)
    assert "public.u has no replica identity" in said
    assert any('ALTER TABLE "public"."u" REPLICA IDENTITY FULL;' in mend for mend in mends(said))


def test_keys_that_a_delete_lacks(tailrace, db):
    """Of t the identity is another index, of v the key is one of message.key.columns; the others
    are as they should be."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY, u int NOT NULL UNIQUE);"
           "ALTER TABLE t REPLICA IDENTITY USING INDEX t_u_key;"
           "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE v (id int PRIMARY KEY, a int);"
           "CREATE TABLE w (id int PRIMARY KEY, u int NOT NULL UNIQUE);"
           "ALTER TABLE w REPLICA IDENTITY USING INDEX w_u_key;"
           "CREATE TABLE x (id int PRIMARY KEY, a int); ALTER TABLE x REPLICA IDENTITY FULL")
    said = check(tailrace(message_key_columns="public.(v|x):a;public.w:u"), 0)
    found = [line for line in said.splitlines() if "a delete can't carry it" in line]
    assert len(found) == 2, said
    assert "warning  column id is in the key of table public.t," in found[0]
    assert "warning  column a is in the key of table public.v," in found[1]
    assert ('ALTER TABLE "public"."t" REPLICA IDENTITY FULL; -- or DEFAULT, if the primary key is '
            "the key; or set message.key.columns=public.t:u") in mends(said)
    db.sql("ALTER TABLE t REPLICA IDENTITY DEFAULT; ALTER TABLE v REPLICA IDENTITY FULL")
    assert "a delete can't carry it" not in check(
        tailrace(message_key_columns="public.(v|x):a;public.w:u"), 0)


def test_a_publication_of_somebody_else(tailrace, db, name):
    db.sql(_TABLE + f"; CREATE PUBLICATION {db.name}; CREATE ROLE r_{name} LOGIN REPLICATION "
           f"PASSWORD 'right'; GRANT SELECT ON t TO r_{name}")
    try:
        changes = {"database_user": f"r_{name}", "database_password": "right"}
        said = check(tailrace(**changes), 1)
        assert any("belongs to another user" in error for error in errors(said)), said
        for mend in mends(said):
            if mend.startswith("ALTER PUBLICATION"):
                db.sql(mend)
        assert "0 errors" in check(tailrace(**changes), 0)
    finally:
        db.sql(f"DROP OWNED BY r_{name}; DROP ROLE r_{name}")


def test_tables_that_the_stream_lacks(tailrace, db):
    db.sql(_TABLE + "; CREATE UNLOGGED TABLE u (id int PRIMARY KEY)")
    assert "warning  table public.u is unlogged" in check(tailrace(), 0)
    assert "no table of database" in check(tailrace(table_include_list="public.none"), 1)


def test_large_values_are_mentioned(tailrace, db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    assert "unavailable.value.placeholder" in check(tailrace(), 0)
    db.sql("ALTER TABLE t REPLICA IDENTITY FULL")
    assert "unavailable.value.placeholder" not in check(tailrace(), 0)


def test_a_slot_that_is_gone(tailrace, db):
    """It would stop a run, so check says so, in the words of the run."""
    db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
    wait_until(lambda: not db.value("SELECT active FROM pg_replication_slots "
                                    "WHERE slot_name = %s", db.name))  # the server notices later
    db.sql("SELECT pg_drop_replication_slot(%s)", db.name)
    said = check(tailrace(), 1)
    assert any("is missing" in error and "when_needed" in error for error in errors(said)), said
    said = check(tailrace(snapshot_mode="when_needed"), 0)
    assert "a new snapshot will be taken" in said


def test_a_slot_of_somebody_else(tailrace, db):
    db.sql(_TABLE)
    db.sql("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", db.name)
    said = check(tailrace(), 1)
    assert any("no stored position" in error for error in errors(said)), said
    assert "will be streamed from where it is" in check(tailrace(snapshot_mode="no_data"), 0)


def test_no_room(kafka, name):
    with Postgres(max_replication_slots=1, max_wal_senders=1) as pg, pg.database(name) as db:
        db.sql(_TABLE + "; SELECT pg_create_physical_replication_slot('other')")
        said = check(Tailrace(connector(db), worker=worker(kafka, group=name)), 1)
        assert any(error.startswith("max_replication_slots is 1, and all are in use")
                   for error in errors(said)), said
        assert any("ALTER SYSTEM SET max_replication_slots = 11" in mend for mend in mends(said))
        assert "max_wal_senders: 1 of 1 free" in said


def test_sql_ascii(pg, kafka, name):
    with pg.database(name, "TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'") as db:
        db.sql(_TABLE)
        said = check(Tailrace(connector(db), worker=worker(kafka, group=name)), 0)
        assert "the database's encoding is SQL_ASCII" in said


def test_database_unreachable(tailrace):
    said = check(tailrace(database_port="1"), 1)
    assert "127.0.0.1" in said and "database.hostname" in said and "\t" not in said


def test_kafka_unreachable_says_nothing_about_the_slot(db):
    """Whether there is a position is not known then, so a slot is neither right nor wrong."""
    db.sql(_TABLE)
    db.sql("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", db.name)
    said = check(Tailrace(connector(db), worker=worker(Kafka())), 1)
    assert f'slot "{db.name}" exists' in said and "pg_drop_replication_slot" not in said


def test_kafka_unreachable(db):
    db.sql(_TABLE)
    kafka = Kafka()  # never started
    said = check(Tailrace(connector(db), worker=worker(kafka)), 1)
    assert any(kafka.bootstrap in error for error in errors(said))


def test_offsets_topic_that_would_lose_positions(tailrace, kafka, db, name):
    db.sql(_TABLE)
    kafka.create_topic(f"{name}-offsets", cleanup_policy="delete")
    said = check(tailrace(), 1)
    assert any("cleanup.policy" in error for error in errors(said))
    assert any("kafka-configs.sh" in mend and "cleanup.policy=compact" in mend
               for mend in mends(said))


def test_a_broker_that_is_not_set_up_well(db, name):
    settings = {"min.insync.replicas": 2, "transaction.max.timeout.ms": 30000,
                "unclean.leader.election.enable": "true",
                "transaction.partition.verification.enable": "false"}
    db.sql(_TABLE)
    with Kafka(**settings) as kafka:
        config = worker(kafka, group=name)
        said = check(Tailrace(connector(db), worker=config), 1)
        assert [error.split(" would have 1 replicas")[0] for error in errors(said)] == [
            "the offsets topic", "output topics"], said
        for setting in list(settings)[1:]:
            assert any(setting in mend and "kafka-configs.sh" in mend for mend in mends(said)), said
        kafka.create_topic(f"{db.name}.public.t")
        said = check(Tailrace(connector(db), worker=config), 1)
        assert any(f"topic {db.name}.public.t has 1 replicas" in error for error in errors(said))
        assert any(f"--entity-name {db.name}.public.t" in mend for mend in mends(said))
        config["exactly.once.source.support"] = "disabled"
        said = check(Tailrace(connector(db), worker=config), 1)
        assert "transaction.max.timeout.ms" not in said, "there are no transactions then"


def test_topics_that_cannot_be_made(tailrace, db):
    """Three replicas, one broker."""
    db.sql(_TABLE)
    said = check(tailrace(set_worker={"offset.storage.replication.factor": "3"}), 1)
    assert any(error.startswith("the offsets topic: ") for error in errors(said)), said
    said = check(tailrace(**{"topic.creation.default.partitions": 1,
                             "topic.creation.default.replication.factor": 3}), 1)
    assert any(error.startswith("output topics: ") for error in errors(said)), said


def test_file_sink(db, tmp_path):
    """Where it would write, and whether that is still the file that the position belongs to."""
    db.sql(_TABLE + "; INSERT INTO t VALUES (1)")
    out = tmp_path / "records"
    changes = {"sink_type": "file", "offset_storage_file_filename": tmp_path / "offsets"}
    said = check(Tailrace(connector(db, sink_path=out, **changes)), 0)
    assert f"{out} (sink.path) can be written" in said and not out.exists()
    with Tailrace(connector(db, sink_path=out, **changes)) as engine:
        engine.wait_streaming()
        engine.stop()
        assert "keeps all changes from the stored position" in check(engine, 0)
        out.rename(tmp_path / "old")
        assert any("not the file that the position" in error for error in errors(check(engine, 1)))
    said = check(Tailrace(connector(db, sink_path="/nowhere/records", **changes)), 1)
    assert any("/nowhere/records (sink.path) can't be written" in error for error in errors(said))


def test_unknown_property(tailrace, db):
    done = tailrace(command="check", table_includelist="x").run()
    assert done.returncode == 2
    assert "table.include.list" in done.stderr
