#!/usr/bin/env python3
"""Measures tailrace against the limits of the same machine, in the same run.

    tests/bench/bench.py [--rows N] [big] [small] [snapshot] [latency] [start] [memory]

Ratios are what counts: machines are small, shared and noisy. `make bench` runs all of it.
"""

import argparse
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from bed import Kafka, Postgres, Tailrace  # noqa: E402
from bench import limits, usage, workload  # noqa: E402
from bench.latency import measure_latency  # noqa: E402

VALUE_BYTES = 700


class Bench:
    def __init__(self, pg, kafka, rows, build, sink):
        self.pg, self.kafka, self.rows, self.build, self.sink = pg, kafka, rows, build, sink
        self.run = 0

    def database(self):
        self.run += 1
        name = f"bench{self.run}"
        self.pg.sql("postgres", f"CREATE DATABASE {name}")
        self.pg.sql(name, workload.SCHEMA)
        return name

    def config(self, db, **more):
        socket = more.pop("socket", True)
        return {
            "name": db,
            "connector.class": "postgres",
            "database.hostname": str(self.pg.folder) if socket else self.pg.host,
            "database.port": self.pg.port,
            "database.user": "postgres",
            "database.password": "postgres",
            "database.dbname": db,
            "topic.prefix": db,
            "slot.name": db,
            "plugin.name": "pgoutput",
            "key.converter.schemas.enable": "false",
            "value.converter.schemas.enable": "false",
            **({"sink.type": "null"} if self.sink == "null" else {}),
            **more,
        }

    def worker(self):
        return {"bootstrap.servers": self.kafka.bootstrap, "group.id": "bench",
                "offset.storage.topic": "bench-offsets",
                "offset.storage.replication.factor": 1}

    def tailrace(self, db, **more):
        return Tailrace(self.config(db, **more), worker=self.worker(),
                        binary=self.build / "tailrace")

    def cpu(self, tailrace):
        return (usage.cpu_seconds(tailrace.pid), usage.cpu_seconds(self.pg.pid, children=True),
                usage.cpu_seconds(self.kafka.pid))

    # Catch-up

    def prepare_slot(self, db):
        """Lets tailrace make its slot and position, then stops it: what follows is backlog."""
        with self.tailrace(db, **{"snapshot.mode": "no_data"}) as engine:
            engine.wait_log("msg=streaming")
            self.pg.sql(db, "INSERT INTO bench SELECT 0, 0, '', '', 0, 0, true, now(), now(), ''")
            self.wait_confirmed(db)
            engine.stop()

    def wait_confirmed(self, db, timeout=900):
        lsn = self.pg.query(db, "SELECT pg_current_wal_insert_lsn()")[0][0]
        done = (f"SELECT confirmed_flush_lsn >= '{lsn}' FROM pg_replication_slots"
                f" WHERE slot_name = '{db}'")
        deadline = time.monotonic() + timeout
        with closing(self.pg.connect(db)) as connection, connection.cursor() as cursor:
            while time.monotonic() < deadline:
                cursor.execute(done)
                row = cursor.fetchone()
                if row and row[0]:
                    return
                time.sleep(0.02)
        raise TimeoutError(f"{db}: not confirmed up to {lsn}")

    def catch_up(self, name, fill):
        db = self.database()
        self.prepare_slot(db)
        ways = ("socket", "tcp")
        for way in ways:
            self.pg.sql(db, f"SELECT pg_create_logical_replication_slot('{db}_{way}', 'pgoutput')")
        events = fill(self.pg, db, self.rows) or self.rows
        limit = max(limits.recvlogical(self.pg, db, f"{db}_{way}", way, events) for way in ways)
        result = {}
        for where in ways:
            if where == "tcp":
                self.pg.sql(db, "DELETE FROM bench")  # a second backlog of the same kind
                self.wait_after_delete(db)
                events = fill(self.pg, db, self.rows) or self.rows
            result[where] = self.drain(db, events, where == "socket")
        self.report(name, events, limit, result)
        self.pg.sql(db, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                        " WHERE database = current_database()")

    def wait_after_delete(self, db):
        with self.tailrace(db) as engine:
            self.wait_confirmed(db)
            engine.stop()

    def drain(self, db, events, socket):
        """Events per second from exec to the slot's confirmation, CPU, memory."""
        before = (usage.cpu_seconds(self.pg.pid, children=True), usage.cpu_seconds(self.kafka.pid))
        began = time.monotonic()
        with self.tailrace(db, socket=socket) as engine:
            self.wait_confirmed(db)
            took = time.monotonic() - began
            own, source, broker = self.cpu(engine)
            peak = usage.peak_rss_mib(engine.pid)
            engine.stop()
        million = events / 1e6
        return {"rate": events / took, "cpu": own / million,
                "source": (source - before[0]) / million,
                "broker": (broker - before[1]) / million, "rss": peak}

    def report(self, name, events, limit, result):
        producer = limits.producer(self.kafka, self.build, min(events, 1000000), VALUE_BYTES)
        print(f"\n{name}: {events:,} events")
        print(f"  limit: pg_recvlogical {limit:,.0f}/s; librdkafka alone {producer[0]:,.0f}/s, "
              f"{producer[1]:.2f} CPU s per million")
        for where, r in result.items():
            print(f"  tailrace over {where}: {r['rate']:,.0f}/s = {r['rate'] / limit:.2f} of "
                  f"pg_recvlogical; CPU s per million: engine {r['cpu']:.2f} "
                  f"({r['cpu'] - producer[1]:+.2f} to librdkafka alone), database "
                  f"{r['source']:.2f}, broker {r['broker']:.2f}; peak RSS {r['rss']:.0f} MiB")

    # The others

    def big(self):
        self.catch_up("one big transaction", workload.one_big_transaction)

    def small(self):
        self.catch_up("transactions of three rows", workload.many_small_transactions)

    def snapshot(self):
        db = self.database()
        workload.one_big_transaction(self.pg, db, self.rows)
        self.pg.sql(db, "VACUUM ANALYZE bench")
        copy = limits.copy(self.pg, db, self.rows)
        producer = limits.producer(self.kafka, self.build, min(self.rows, 1000000), VALUE_BYTES)
        print(f"\nsnapshot: {self.rows:,} rows\n  limit: COPY {copy:,.0f}/s; librdkafka alone "
              f"{producer[0]:,.0f}/s")
        for threads in (1, 2):
            self.pg.sql(db, f"SELECT pg_drop_replication_slot('{db}{threads - 1}')") \
                if threads > 1 else None
            began = time.monotonic()
            with self.tailrace(db, **{"name": f"{db}-{threads}", "topic.prefix": f"{db}-{threads}",
                                      "slot.name": f"{db}{threads}",
                                      "snapshot.max.threads": threads}) as engine:
                engine.wait_log("msg=streaming", timeout=600)
                took = time.monotonic() - began
                own, peak = usage.cpu_seconds(engine.pid), usage.peak_rss_mib(engine.pid)
                engine.stop()
            rate = self.rows / took
            print(f"  tailrace, {threads} threads: {rate:,.0f} rows/s = {rate / producer[0]:.2f} "
                  f"of librdkafka alone; engine {own / self.rows * 1e6:.2f} CPU s per million; "
                  f"peak RSS {peak:.0f} MiB")

    def latency(self):
        db = self.database()
        with self.tailrace(db) as engine:
            engine.wait_log("msg=streaming")
            result = measure_latency(self.pg, self.kafka, db, rate=1000, seconds=20)
            cpu = usage.cpu_seconds(engine.pid)
            engine.stop()
        print(f"\nlatency at 1,000 events/s, commit to readable: p50 {result.p50:.1f} ms, "
              f"p99 {result.p99:.1f} ms, max {result.max:.1f} ms ({result.count} events; "
              f"engine {cpu:.1f} CPU s)")

    def start(self):
        db = self.database()
        times = []
        with self.tailrace(db) as engine:
            engine.wait_log("msg=streaming")
            engine.stop()
        for _ in range(5):
            began = time.monotonic()
            with self.tailrace(db) as engine:
                engine.wait_log("msg=streaming")
                times.append((time.monotonic() - began) * 1000)
                time.sleep(1)
                idle = usage.rss_mib(engine.pid)
                engine.stop()
        print(f"\nstart to streaming: median {sorted(times)[2]:.0f} ms "
              f"({', '.join(f'{t:.0f}' for t in times)}); idle RSS {idle:.0f} MiB")

    def memory(self):
        """Five times the rows in one transaction: what it takes must not grow with it."""
        db = self.database()
        self.prepare_slot(db)
        rows = 5 * self.rows
        workload.one_big_transaction(self.pg, db, rows)
        r = self.drain(db, rows, True)
        print(f"\nmemory: {rows:,} rows in one transaction: peak RSS {r['rss']:.0f} MiB, "
              f"{r['rate']:,.0f}/s")


def main():
    names = ("big", "small", "snapshot", "latency", "start", "memory")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*names, []])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--sink", choices=("kafka", "null"), default="kafka")
    args = parser.parse_args()
    subprocess.run(["ninja", "-C", args.build, "-j2", "tailrace", "tests/bench/bench-producer"],
                   check=True, stdout=subprocess.DEVNULL)
    settings = {"shared_buffers": "256MB", "max_wal_size": "8GB",
                "logical_decoding_work_mem": "64MB"}
    with Postgres(15, **settings) as pg, \
            Kafka(heap="1g", jvm=["-XX:TieredStopAtLevel=4"]) as kafka:
        limits.warm_up(kafka, args.build)
        bench = Bench(pg, kafka, args.rows, args.build, args.sink)
        for name in args.what or names:
            getattr(bench, name)()


if __name__ == "__main__":
    main()
