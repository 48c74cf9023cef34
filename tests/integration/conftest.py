"""What most tests here begin with."""

import pytest
from views import Topics, error_of

from bed import Tailrace, connector, worker
from bed.process import GIVE_UP


@pytest.fixture
def database(request):
    """The one of binlog_db, mysql_db and mariadb_db that this test takes; else PostgreSQL's db."""
    names = ("binlog_db", "mysql_db", "mariadb_db")
    chosen = [name for name in names if name in request.fixturenames]
    return request.getfixturevalue(chosen[0] if chosen else "db")


@pytest.fixture
def tailrace(database, kafka, name):
    """Makes a tailrace for this test's database, with changes to the connector's properties:
    `with tailrace(snapshot_mode="no_data") as engine:`. `set_worker` has the worker's."""
    def make(*, set_worker=None, command="run", args=(), **changes):
        if database.server.kind == "postgres":
            changes = {"publication_autocreate_mode": "filtered", **changes}
        return Tailrace(connector(database, **changes), command=command, args=args,
                        worker=worker(kafka, group=name, **(set_worker or {})))

    return make


@pytest.fixture
def topics(kafka, database):
    return Topics(kafka, database.name)


@pytest.fixture
def positions(kafka, name):
    """A function: the position records that are committed now, in order, as dicts. (The markers
    that open a transaction have no value; states have keys with a member more.)"""
    return lambda: [record.json for record in kafka.consume(f"{name}-offsets")
                    if record.value and record.key_json[1].keys() == {"server"}]


@pytest.fixture
def fails():
    """Runs a tailrace to its FAILED end, at once and without retries; returns the error."""
    def run(engine, timeout=GIVE_UP):
        done = engine.run(timeout=timeout)
        assert done.returncode == 1, done.stderr
        assert "state=FAILED" in done.stderr, done.stderr
        assert "state=RESTARTING" not in done.stderr, done.stderr
        return error_of(done.stderr)

    return run
