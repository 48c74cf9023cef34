"""tailrace against what Debezium wrote: every case on real servers, several at a time.

    python3 -m pytest tests/golden                      all of it
    python3 -m pytest tests/golden -k 'ty_ and time'    some of it

TAILRACE names the binary (build/tailrace otherwise), GOLDEN_JOBS how many cases run at once.
"""
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import scope  # noqa: E402
from bed.kafka import Kafka  # noqa: E402
from bed.postgres import Postgres  # noqa: E402
from bed.scratch import scratch  # noqa: E402
from compare import differences  # noqa: E402
from engine import Run  # noqa: E402

_ROOT = Path(__file__).parents[2]


class Servers:
    def __init__(self, postgres, kafka):
        self.postgres, self.kafka = postgres, kafka
        self.program = os.environ.get("TAILRACE", _ROOT / "build" / "tailrace")

    def read(self, pattern):
        return [{"topic": r.topic, "partition": r.partition, "key": _text(r.key),
                 "value": _text(r.value), "headers": [[k, _text(v)] for k, v in r.headers]}
                for r in self.kafka.consume(pattern, quiet=0)]


def _text(octets):
    """as it is stored in a case; octets that are no text show up as what they are"""
    return octets if octets is None or isinstance(octets, str) else octets.decode(errors="replace")


def pytest_generate_tests(metafunc):
    if "golden" in metafunc.fixturenames:
        metafunc.parametrize("golden", scope.cases())


@pytest.fixture(scope="session")
def outcomes(request):
    """name -> the future of its outcome. All chosen cases are under way at once: each mostly
    waits for servers."""
    chosen = [i.callspec.params["golden"] for i in request.session.items
              if "golden" in getattr(i, "fixturenames", ())]
    folder = scratch("golden")
    # The slots of all cases are there at once if the machine is slow.
    with Postgres(max_replication_slots=300, max_wal_senders=100, max_connections=400) as postgres, \
            Kafka() as kafka:
        servers = Servers(postgres, kafka)
        with ThreadPoolExecutor(int(os.environ.get("GOLDEN_JOBS", "8"))) as pool:
            yield {name: pool.submit(_play, name, servers, folder) for name in chosen}


def _play(name, servers, folder):
    case, expected = scope.load(name)
    return case, expected, Run(case, servers, folder).play()


def test_golden(golden, outcomes):
    case, expected, outcome = outcomes[golden].result()
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
