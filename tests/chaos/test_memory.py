"""Memory ends while changes come: the limit is what the process has by then. (Not for sanitizers,
which need more for themselves.)"""

import resource
from contextlib import suppress
from pathlib import Path

import pytest

from bed import Tailrace, connector, wait_until, worker

_ROWS = 150
_NUMBERS = (f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {_ROWS}) "
            "SELECT i, repeat(lpad(concat(i, ''), 10, '.'), 20000) FROM n")


@pytest.fixture(params=["pg", "mysql", "mariadb"])
def database(request, name):
    with request.getfixturevalue(request.param).database(name) as database:
        yield database


def _limit(pid, size):
    resource.prlimit(pid, resource.RLIMIT_DATA, (size, resource.RLIM_INFINITY))


def _data(pid):
    """Bytes that count."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines()
                if line.startswith("VmData")) << 10


def test_memory_runs_out(database, kafka, name):
    """Said, whoever gets none: the connector tries again, or a library has ended the process. With
    enough of it all goes on, each change once and whole."""
    text = "text" if database.server.kind == "postgres" else "mediumtext"
    database.sql(f"CREATE TABLE t (id int PRIMARY KEY, v {text})")
    with Tailrace(connector(database), worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        _limit(engine.pid, _data(engine.pid))
        database.sql(f"INSERT INTO t {_NUMBERS}")
        said = engine.wait_log(r"state=(RESTARTING|FAILED) .*memory|got no memory")
        if said.group(1) is None:
            engine.process.wait()  # its last words, and until then it still looks alive
        with suppress(ProcessLookupError):
            _limit(engine.pid, resource.RLIM_INFINITY)
        wait_until(lambda: not engine.alive() or engine.state() == "RUNNING")
        if not engine.alive():
            engine.start()
        records = kafka.consume(rf"{database.name}\.(public|{database.name})\.t", _ROWS)
        assert [record.key_json["id"] for record in records] == list(range(1, _ROWS + 1))
        for record in records:
            row = record.json["after"]
            assert row["v"] == f"{row['id']:.>10}" * 20000
        database.sql("DELETE FROM t WHERE id = 1")
        assert engine.stop() == 0
