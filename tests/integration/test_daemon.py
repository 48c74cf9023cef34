"""The process: signals, ends, what it prints."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import time

from views import error_of

from bed import Kafka, Postgres, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP


def _stops_quickly(engine, signum=signal.SIGTERM, seconds=15):
    """It waits for no server as long as it would otherwise: 30 s and more."""
    started = time.monotonic()
    assert engine.process.stop(signum, timeout=GIVE_UP) == 0, engine.log
    assert time.monotonic() - started < seconds
    assert re.search(r"state=(STOPPED|FINISHED)", engine.log)


def _rows(db, count):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    db.sql(f"INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, {count}) i")


def _slow_table(db, seconds):
    """Another table, whose snapshot takes so long."""
    db.sql("CREATE TABLE u AS SELECT 1 AS id")
    return {"snapshot_select_statement_overrides": "public.u",
            "snapshot_select_statement_overrides_public_u":
                f"SELECT u.id FROM public.u, pg_sleep({seconds})"}


def test_sigterm_when_idle(tailrace, db):
    _rows(db, 1)
    with tailrace() as engine:
        engine.wait_streaming()
        _stops_quickly(engine)


def test_sigint_too(tailrace, db):
    _rows(db, 1)
    with tailrace() as engine:
        engine.wait_streaming()
        _stops_quickly(engine, signal.SIGINT)


def test_sigterm_in_the_snapshot(tailrace, topics, kafka, db):
    """In the midst of many rows, or, if those were read too fast for us, in the other table."""
    _rows(db, 200_000)
    with tailrace(snapshot_fetch_size=1000, snapshot_max_threads=2,
                  **_slow_table(db, 3)) as engine:
        wait_until(lambda: f"{db.name}.public.t" in kafka.topics())
        _stops_quickly(engine)
        assert "msg=streaming" not in engine.log
        engine.start()
        engine.wait_streaming()
        ids = {record.key for record in topics.records("public.t")}
        assert len(ids) == 200_000


def test_sigterm_in_a_large_transaction(tailrace, topics, db):
    """It may be aborted: then it comes whole after the next start, and once."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text)")
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 100000) i")
        _stops_quickly(engine)
        engine.start()
        topics.records("public.t", 100_000)
        engine.stop()
        assert len(topics.records("public.t")) == 100_000


def test_sigterm_while_kafka_was_never_there(db, name):
    with Tailrace(connector(db), worker=worker(Kafka(), group=name)) as engine:
        engine.wait_log("Connection refused")
        _stops_quickly(engine, seconds=10)


def test_sigterm_while_kafka_is_away(db, name):
    _rows(db, 1)
    with Kafka() as kafka:
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            engine.wait_streaming()
            kafka.kill9()
            db.sql("INSERT INTO t VALUES (2, 'b')")
            time.sleep(0.5)  # somewhere in the middle of trying
            _stops_quickly(engine, seconds=25)  # it may have a transaction to end


def test_sigterm_while_postgres_waits_for_a_transaction(kafka, name):
    """In the creation of the slot: the server is told to give up, no slot stays."""
    with Postgres() as pg, pg.database(name) as db:
        _rows(db, 1)
        writing = db.connect(autocommit=False)
        writing.cursor().execute("UPDATE t SET v = ''")
        with Tailrace(connector(db), worker=worker(kafka, group=name)) as engine:
            wait_until(db.slots)
            _stops_quickly(engine)
        writing.close()
        wait_until(lambda: not db.slots())


def test_bootstrap_until_streaming(tailrace, topics, db):
    _rows(db, 20_000)
    # the second table takes long enough for its line to be seen
    engine = tailrace(command="bootstrap", args=["--until-streaming"], snapshot_fetch_size=1000,
                      **_slow_table(db, 2))
    done = engine.run()
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith(f"{db.name}: ")]
    assert any(re.search(r"1/2 tables, \d+ rows, \d+ rows/s, .+ remaining", line) for line in said)
    assert any("snapshot of 2 tables, 20001 rows, took" in line for line in said)
    assert said[-1].endswith(": streaming")
    assert len(topics.records("public.t")) == 20_000
    # Once more: nothing to read, so it ends at once.
    db.sql("INSERT INTO u VALUES (2)")
    assert engine.run().returncode == 0
    assert len(topics.records("public.u")) == 2


def test_bootstrap_on_a_terminal(tailrace, db):
    """A bar that is drawn over and over, and one line that stays."""
    _rows(db, 20_000)
    engine = tailrace(command="bootstrap", args=["--until-streaming"], snapshot_fetch_size=500)
    ours, its = pty.openpty()
    process = subprocess.Popen(engine.argv(), stderr=its, stdout=its, stdin=subprocess.DEVNULL)
    os.close(its)
    shown = b""
    with contextlib.suppress(OSError):  # how a terminal says that the other end is closed
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    assert process.wait(GIVE_UP) == 0
    bars = re.findall(rb"\r\x1b\[K\S+ \[(#* *)\] \d/1 tables, \d+ rows, ", shown)
    assert bars and all(len(bar) == len(bars[0]) for bar in bars), shown
    assert b"snapshot of 1 tables, 20000 rows, took" in shown


def test_bootstrap_fails(tailrace, db):
    _rows(db, 1)
    done = tailrace(command="bootstrap", args=["--until-streaming"], database_password="no").run()
    assert done.returncode == 1
    assert "password" in error_of(done.stderr)


def test_bootstrap_goes_on(tailrace, topics, db):
    _rows(db, 1)
    with tailrace(command="bootstrap") as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (2, 'b')")
        topics.records("public.t", 2)
        assert engine.stop() == 0


def test_logs_as_json(tailrace, db):
    _rows(db, 1)
    with tailrace(args=["--log-format", "json", "--log-level", "debug"]) as engine:
        engine.wait_log('"msg":"streaming"')
        engine.stop()
        lines = [json.loads(line) for line in engine.log.splitlines()]
    assert {"RUNNING", "STOPPED"} <= {line.get("state") for line in lines}
    assert any(line["msg"] == "committed" and line["level"] == "debug" for line in lines)
    assert db.server.password not in {value for line in lines for value in line.values()}


def test_logs_are_logfmt(tailrace, db):
    _rows(db, 1)
    with tailrace() as engine:
        engine.wait_streaming()
        engine.stop()
        for line in engine.log.splitlines():
            form = r'(ts|time)=\S+ level=\w+ .*msg=("([^"\\]|\\.)*"|\S+).*'
            assert re.fullmatch(form, line), line


def test_secrets_by_reference(tailrace, topics, db, tmp_path):
    """Not in argv, not in the log, not in the files that configure the connector."""
    _rows(db, 1)
    secrets = tmp_path / "secrets.properties"
    secrets.write_text(f"db={db.server.password}\n")
    with tailrace(database_password=f"${{file:{secrets}:db}}") as engine:
        engine.wait_streaming()
        assert len(topics.records("public.t", 1)) == 1


def test_starts_quickly(tailrace, topics, db):
    """Nothing to snapshot: streaming within moments of the start, and not after the 10 s that it
    waits for a slot that another one holds."""
    _rows(db, 1)
    with tailrace() as engine:
        engine.wait_streaming()
        topics.records("public.t", 1)
        engine.stop()
        started = time.monotonic()
        engine.start()
        engine.wait_streaming()
        assert time.monotonic() - started < 8
