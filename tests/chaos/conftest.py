"""ROUNDS=… makes the runs longer, and the patience with them: `make chaos ROUNDS=200 SEED=7`."""

import os

import pytest
from binlog_stage import MariadbStage, MysqlStage
from stage import Stage

_STAGES = {"postgres": Stage, "mysql": MysqlStage, "mariadb": MariadbStage}
_PATIENCE = 600  # seconds


def pytest_collection_modifyitems(items):
    seconds = _PATIENCE + 30 * int(os.environ.get("ROUNDS") or 0)
    for item in items:
        item.add_marker(pytest.mark.timeout(seconds))


@pytest.fixture(params=_STAGES)
def make_stage(request):
    """For tests of each database."""
    return _STAGES[request.param]
