"""tailrace against what Debezium wrote: every case on real servers, several at a time.

GOLDEN_JOBS says how many cases run at once on PostgreSQL; a third of it on MySQL, as on MariaDB,
where each has a server of its own.
"""
import os
import queue
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

import scope
from compare import differences
from run_binlog import SERVERS, BinlogRun
from run_postgres import PostgresRun

_JOBS = int(os.environ.get("GOLDEN_JOBS", "9"))
_SERVERS_EACH = max(1, _JOBS // 3)  # of MySQL and of MariaDB


def pytest_generate_tests(metafunc):
    if "golden" in metafunc.fixturenames:
        metafunc.parametrize("golden", scope.cases())


class _Pool:
    """Servers of a kind, each lent to one case at a time; started when first needed."""

    def __init__(self, make):
        self._make, self._idle, self._all = make, queue.LifoQueue(), []

    @contextmanager
    def lend(self):
        try:
            server = self._idle.get_nowait()
        except queue.Empty:
            server = self._make().start()
            self._all.append(server)
        yield server
        self._idle.put(server)  # not after an error: who knows how it is

    def close(self):
        for server in self._all:
            server.__exit__()


class _Stage:
    """Cases under way side by side, each mostly waiting for servers."""

    def __init__(self, getfixturevalue, jobs):
        self._get, self._futures = getfixturevalue, {}
        self._pools = {kind: _Pool(make) for kind, make in SERVERS.items()}
        counts = {"postgres": jobs, **dict.fromkeys(SERVERS, min(jobs, _SERVERS_EACH))}
        self._executors = {kind: ThreadPoolExecutor(n) for kind, n in counts.items()}

    def submit(self, name):
        kind = scope.server(name)
        servers = [self._get("kafka")] + ([self._get("pg")] if kind == "postgres" else [])
        self._futures[name] = self._executors[kind].submit(self._play, name, kind, *servers)

    def result(self, name):
        if name not in self._futures:
            self.submit(name)
        return self._futures[name].result()

    def _play(self, name, kind, kafka, pg=None):
        case, expected = scope.load(name)
        count = len(expected.records)
        if kind == "postgres":
            return case, expected, PostgresRun(case, pg, kafka).play(count)
        with self._pools[kind].lend() as server:
            return case, expected, BinlogRun(case, server, kafka).play(count)

    def close(self):
        for executor in self._executors.values():
            executor.shutdown(cancel_futures=True)
        for pool in self._pools.values():
            pool.close()


@pytest.fixture(scope="session")
def outcomes(request):
    """name -> its outcome. The chosen cases are under way at once; a worker of xdist, which
    doesn't know what it will get, takes them one by one."""
    alone = hasattr(request.config, "workerinput")
    stage = _Stage(request.getfixturevalue, 1 if alone else _JOBS)
    if not alone:
        for item in request.session.items:
            if "golden" in getattr(item, "fixturenames", ()):
                stage.submit(item.callspec.params["golden"])
    yield stage.result
    stage.close()


def test_golden(golden, outcomes):
    case, expected, outcome = outcomes(golden)
    found = differences(outcome.records, expected.records)
    for field in ("state", "sql_errors", "slot", "publications"):
        ours, theirs = getattr(outcome, field), getattr(expected, field)
        if ours != theirs:
            found.append(f"{field}:\n    expected {theirs}\n    actual   {ours}")
    found += [f"the refusal does not name {p}" for p in expected.blames if p not in outcome.said]
    if found:
        last = "\n".join(outcome.said.splitlines()[-15:])
        pytest.fail(f"{case.about}\n" + "\n".join(found) + f"\n--- tailrace said\n{last}",
                    pytrace=False)
