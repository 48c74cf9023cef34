"""ROUNDS=… makes the runs longer, and the patience with them; DB= chooses the databases:
`make chaos ROUNDS=200 SEED=7 DB=mysql`."""

import os
import statistics

import pytest
from binlog_stage import MariadbStage, MysqlStage
from run import Tally
from stage import Stage

_STAGES = {"postgres": Stage, "mysql": MysqlStage, "mariadb": MariadbStage}
_CHOSEN = os.environ.get("DB") or "all"
_PATIENCE = 600  # seconds
_TALLIES = pytest.StashKey()


def pytest_configure(config):
    if _CHOSEN not in (*_STAGES, "all"):
        raise pytest.UsageError(f"DB={_CHOSEN}: one of {', '.join(_STAGES)}, all")
    config.stash[_TALLIES] = {}


def pytest_collection_modifyitems(items):
    seconds = _PATIENCE + 30 * int(os.environ.get("ROUNDS") or 0)
    for item in items:
        item.add_marker(pytest.mark.timeout(seconds))


@pytest.fixture(params=[db for db in _STAGES if _CHOSEN in (db, "all")])
def make_stage(request):
    """For tests of each database."""
    return _STAGES[request.param]


@pytest.fixture
def tally(request):
    """The runner's, for the table at the end."""
    name = request.node.callspec.params["make_stage"]
    return request.config.stash[_TALLIES].setdefault(name, Tally())


def pytest_terminal_summary(terminalreporter, config):
    for name, tally in config.stash[_TALLIES].items():
        for line in _lines(name, tally):
            terminalreporter.write_line(line)


def _lines(name, tally):
    faults = ", ".join(f"{count} {fault}" for fault, count in tally.faults.most_common())
    yield (f"{name}: {tally.rounds} rounds, {tally.in_snapshots} of them in a snapshot ({faults}); "
           f"{tally.records} records, {tally.changes} changes, {tally.transactions} transactions, "
           f"{tally.repeats} snapshot rows repeated; recovery {_seconds(tally.recoveries)}")
    for fault in tally.faults:
        found = [recovery for recovery in tally.recoveries if recovery[0] == fault]
        if found:
            yield f"    {fault}: recovery {_seconds(found)}"


def _seconds(recoveries):
    """From "the servers are up and tailrace is started" to the first record committed then."""
    seconds = sorted(recovery[1] for recovery in recoveries) or [float("nan")]
    p99 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
    return (f"median {statistics.median(seconds):.2f} s, p99 {p99:.2f} s, "
            f"max {seconds[-1]:.2f} s")
