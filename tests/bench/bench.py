#!/usr/bin/env python3
"""Measures tailrace against the limits of the same machine, in the same run.

    tests/bench/bench.py [--db postgres|mysql|mariadb] [--rows N] [MEASUREMENT...]

PostgreSQL: big small snapshot avro latency rest start memory. MySQL and MariaDB: big small
compressed snapshot memory. Ratios are what counts: machines are small, shared and noisy. `make
bench` runs all of one database.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from bed import Kafka  # noqa: E402
from bench import limits  # noqa: E402
from bench.binlog import MariadbBench, MysqlBench  # noqa: E402
from bench.postgres import PostgresBench  # noqa: E402

_BENCHES = {"postgres": PostgresBench, "mysql": MysqlBench, "mariadb": MariadbBench}
_PROGRAMS = ("tailrace", "tests/bench/bench-producer", "tests/bench/bench-dump")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*")
    parser.add_argument("--db", choices=_BENCHES, default="postgres")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--sink", choices=("kafka", "null"), default="kafka")
    args = parser.parse_args()
    kind = _BENCHES[args.db]
    if wrong := set(args.what) - set(kind.NAMES):
        parser.error(f"{', '.join(wrong)}: {args.db} has {' '.join(kind.NAMES)}")
    subprocess.run(["ninja", "-C", args.build, "-j2", *_PROGRAMS], check=True,
                   stdout=subprocess.DEVNULL)
    with kind.start_server() as server, \
            Kafka(heap="1g", jvm=["-XX:TieredStopAtLevel=4"]) as kafka:
        limits.warm_up(kafka, args.build)
        bench = kind(server, kafka, args)
        for name in args.what or kind.NAMES:
            getattr(bench, name)()


if __name__ == "__main__":
    main()
