"""tailrace against what Debezium wrote: every case on real servers, several at a time.

GOLDEN_JOBS says how many cases run at once.
"""
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

import scope
from compare import differences
from engine import Run


def pytest_generate_tests(metafunc):
    if "golden" in metafunc.fixturenames:
        metafunc.parametrize("golden", scope.cases())


@pytest.fixture(scope="session")
def outcomes(request, pg, kafka):
    """name -> the future of its outcome. The chosen cases are under way side by side, each mostly
    waiting for servers; a worker of xdist, which doesn't know what it will get, takes them one by
    one."""
    chosen = [i.callspec.params["golden"] for i in request.session.items
              if "golden" in getattr(i, "fixturenames", ())]
    alone = hasattr(request.config, "workerinput")
    with ThreadPoolExecutor(1 if alone else int(os.environ.get("GOLDEN_JOBS", "12"))) as pool:
        futures = {} if alone else {name: pool.submit(_play, name, pg, kafka) for name in chosen}
        yield lambda name: (futures.get(name) or pool.submit(_play, name, pg, kafka)).result()


def _play(name, pg, kafka):
    case, expected = scope.load(name)
    return case, expected, Run(case, pg, kafka).play(len(expected.records))


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
