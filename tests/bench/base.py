"""What the benchmarks of all databases share: tailrace on a backlog, and the report."""

import time

from bed import Tailrace
from bench import limits, usage

VALUE_BYTES = 700


class Bench:
    """Subclasses give database(), config(), wait_confirmed() and the measurements."""

    #: (times the rows, memory.limit in MiB) of what memory() measures.
    MEMORY = ((1, 64), (5, 64), (5, 16))

    def __init__(self, server, kafka, args):
        self.server, self.kafka, self.rows = server, kafka, args.rows
        self.build, self.sink = args.build, args.sink
        self.run = 0

    def properties(self, own, **more):
        """What every connector has."""
        return {
            "name": own,
            "connector.class": self.server.kind,
            "database.port": self.server.port,
            "database.user": self.server.user,
            "database.password": self.server.password,
            "topic.prefix": own,
            "key.converter.schemas.enable": "false",
            "value.converter.schemas.enable": "false",
            **({"sink.type": "null"} if self.sink == "null" else {}),
            **more,
        }

    def tailrace(self, db, set_worker=None, **more):
        worker = {"bootstrap.servers": self.kafka.bootstrap, "group.id": "bench",
                  "offset.storage.topic": "bench-offsets",
                  "offset.storage.replication.factor": 1, "listeners": "", **(set_worker or {})}
        return Tailrace(self.config(db, **more), worker=worker, binary=self.build / "tailrace")

    def database_cpu(self):
        """Of the server with the processes it has for its clients."""
        return usage.cpu_seconds(self.server.pid, children=True)

    def drain(self, db, events, **more):
        """Events per second from exec to the position's commit, CPU, memory."""
        before = self.database_cpu(), usage.cpu_seconds(self.kafka.pid)
        began = time.monotonic()
        with self.tailrace(db, **more) as engine:
            self.wait_confirmed(db)
            took = time.monotonic() - began
            own, source, broker = (usage.cpu_seconds(engine.pid), self.database_cpu(),
                                   usage.cpu_seconds(self.kafka.pid))
            peak = usage.peak_rss_mib(engine.pid)
            engine.stop()
        million = events / 1e6
        return {"rate": events / took, "cpu": own / million,
                "source": (source - before[0]) / million,
                "broker": (broker - before[1]) / million, "rss": peak}

    def report_memory(self, db, rows, limit):
        r = self.drain(db, rows, **{"memory.limit": limit << 20})
        print(f"  {rows:,}, memory.limit {limit} MiB: peak RSS {r['rss']:.0f} MiB, "
              f"{r['rate']:,.0f}/s", flush=True)

    def producer(self, events):
        return limits.producer(self.kafka, self.build, min(events, 1000000), VALUE_BYTES)

    def report(self, name, events, tool, limit, result):
        """`limit`: events per second of the tool that only reads."""
        producer = self.producer(events)
        print(f"\n{name}: {events:,} events")
        print(f"  limit: {tool} {limit:,.0f}/s; librdkafka alone {producer[0]:,.0f}/s, "
              f"{producer[1]:.2f} CPU s per million")
        for where, r in result.items():
            print(f"  tailrace over {where}: {r['rate']:,.0f}/s = {r['rate'] / limit:.2f} of "
                  f"{tool}, {r['rate'] / producer[0]:.2f} of librdkafka alone; "
                  f"CPU s per million: engine {r['cpu']:.2f} "
                  f"({r['cpu'] - producer[1]:+.2f} to librdkafka alone), database "
                  f"{r['source']:.2f}, broker {r['broker']:.2f}; peak RSS {r['rss']:.0f} MiB")

    def report_snapshot(self, tool, limit, runs):
        """`runs`: (threads, a connector's changes) of each."""
        producer = self.producer(self.rows)
        print(f"\nsnapshot: {self.rows:,} rows\n  limit: {tool} {limit:,.0f}/s; librdkafka alone "
              f"{producer[0]:,.0f}/s")
        for threads, db, more in runs:
            began = time.monotonic()
            with self.tailrace(db, **{"snapshot.max.threads": threads, **more}) as engine:
                engine.wait_log("msg=streaming", timeout=600)
                took = time.monotonic() - began
                own, peak = usage.cpu_seconds(engine.pid), usage.peak_rss_mib(engine.pid)
                engine.stop()
            rate = self.rows / took
            print(f"  tailrace, {threads} threads: {rate:,.0f} rows/s = {rate / producer[0]:.2f} "
                  f"of librdkafka alone; engine {own / self.rows * 1e6:.2f} CPU s per million; "
                  f"peak RSS {peak:.0f} MiB")
