"""check: what would stop a run, each with the SQL or command that mends it."""

from bed import Kafka, Postgres, Tailrace, connector, worker

_TABLE = "CREATE TABLE t (id int PRIMARY KEY)"


def check(engine, status):
    engine.command = "check"
    done = engine.run(timeout=40)
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
    assert "wal_level is logical" in said and "1 tables are captured" in said
    assert "Kafka reachable" in said and "0 errors" in said


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
        check(tailrace(), 0)
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


def test_database_unreachable(tailrace):
    said = check(tailrace(database_port="1"), 1)
    assert "127.0.0.1" in said


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


def test_unknown_property(tailrace, db):
    done = tailrace(command="check", table_includelist="x").run()
    assert done.returncode == 2
    assert "table.include.list" in done.stderr
