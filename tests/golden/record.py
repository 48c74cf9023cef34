#!/usr/bin/env python3
"""Runs the real Debezium on cases of this suite and writes down what comes out.

usage: record.py [--compare] [--server SERVER] CASE...

CASE is the file NAME.sql in postgres/ or mysql/, which case.py describes; write one, and this
writes NAME.expected beside it (NAME.mysql.expected and NAME.mariadb.expected, or that of SERVER
alone). With --compare nothing is written: it shows where a new recording differs from the one that
is there.

Needs: tests/bed/install postgres mysql9 mariadb python kafka debezium
"""
import argparse
import sys
import time
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bed import Connect, Kafka, Postgres, stored  # noqa: E402
from bed.ports import free_port  # noqa: E402
from case import read_case, read_expected  # noqa: E402
from compare import differences  # noqa: E402
from debezium import BinlogRecording, Debezium, PostgresRecording  # noqa: E402
from run_binlog import SERVERS  # noqa: E402


class Studio(ExitStack):
    """The servers, each started when first needed."""

    @cached_property
    def kafka(self):
        return self.enter_context(Kafka(**{"auto.create.topics.enable": "true"}))

    @cached_property
    def connect(self):
        return self.enter_context(Connect(stored(self.kafka, "recorder", free_port()),
                                          debezium=True))

    @cached_property
    def postgres(self):
        return self.enter_context(Postgres(15))

    @cached_property
    def mysql(self):
        return self.enter_context(SERVERS["mysql"]())

    @cached_property
    def mariadb(self):
        return self.enter_context(SERVERS["mariadb"]())

    def record(self, case):
        kind = PostgresRecording if case.server == "postgres" else BinlogRecording
        return kind(case, getattr(self, case.server), self.kafka,
                    lambda case, _, values: Debezium(self.connect, case, values)).expected_of()


def recordings(path):
    """[(server, path of its .expected)] of the case in the file NAME.sql"""
    stem = path.with_suffix("")
    if path.parent.name == "postgres":
        return [("postgres", stem.with_suffix(".expected"))]
    only = read_case(path, "mysql").only
    return [(server, stem.with_suffix(f".{server}.expected")) for server in SERVERS
            if only in (None, server)]


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--server", choices=SERVERS)
    parser.add_argument("--compare", action="store_true")
    a = parser.parse_args()
    missing = [str(path) for path in a.cases if not path.is_file()]
    if missing:
        parser.error(f"no such case: {' '.join(missing)}")
    same = True
    with Studio() as studio:
        for path in a.cases:
            for server, into in recordings(path):
                if a.server in (None, server):
                    same &= one(studio, read_case(path, server), into, a.compare)
    return 0 if same else 1


def one(studio, case, into, compare):
    start = time.monotonic()
    try:
        now = studio.record(case)
    except (TimeoutError, OSError) as error:
        print(f"{into.name}: {error}", flush=True)
        return False
    took = time.monotonic() - start
    print(f"{into.name}: {now.state}, {len(now.records)} records, {took:.0f} s", flush=True)
    if not compare:
        now.write(into)
        return True
    before = read_expected(into)
    found = differences(now.records, before.records)
    for field in ("state", "sql_errors", "slot", "publications", "blames"):
        if getattr(now, field) != getattr(before, field):
            found.append(f"{field}: {getattr(before, field)}, now {getattr(now, field)}")
    print("".join(f"  {line}\n" for line in found), end="", flush=True)
    return not found


if __name__ == "__main__":
    sys.exit(main())
