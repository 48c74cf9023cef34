"""PostgreSQL: a backlog in a slot, read by tailrace and by pg_recvlogical."""

import time
from contextlib import closing, contextmanager

from bed import Postgres, ScriptedRegistry
from bed.ports import free_port
from bench import limits, usage, workload
from bench.base import Bench
from bench.latency import measure_latency
from bench.rest import measure_rest


class PostgresBench(Bench):
    NAMES = ("big", "small", "snapshot", "avro", "latency", "rest", "start", "memory")

    @staticmethod
    @contextmanager
    def start_server():
        with Postgres(15, shared_buffers="256MB", max_wal_size="8GB",
                      logical_decoding_work_mem="64MB") as server:
            yield server

    def database(self):
        self.run += 1
        name = f"bench{self.run}"
        self.server.sql("postgres", f"CREATE DATABASE {name}")
        self.server.sql(name, workload.SCHEMA)
        return name

    def config(self, db, **more):
        socket = more.pop("socket", True)
        return self.properties(db, **{
            "database.hostname": str(self.server.folder) if socket else self.server.host,
            "database.dbname": db, "slot.name": db, "plugin.name": "pgoutput", **more})

    # Catch-up

    def prepare_slot(self, db):
        """Lets tailrace make its slot and position, then stops it: what follows is backlog."""
        with self.tailrace(db, **{"snapshot.mode": "no_data"}) as engine:
            engine.wait_log("msg=streaming")
            self.server.sql(
                db, "INSERT INTO bench SELECT 0, 0, '', '', 0, 0, true, now(), now(), ''")
            self.wait_confirmed(db)
            engine.stop()

    def wait_confirmed(self, db, timeout=900):
        lsn = self.server.query(db, "SELECT pg_current_wal_insert_lsn()")[0][0]
        done = (f"SELECT confirmed_flush_lsn >= '{lsn}' FROM pg_replication_slots"
                f" WHERE slot_name = '{db}'")
        deadline = time.monotonic() + timeout
        with closing(self.server.connect(db)) as connection, connection.cursor() as cursor:
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
            self.server.sql(
                db, f"SELECT pg_create_logical_replication_slot('{db}_{way}', 'pgoutput')")
        events = fill(self.server, db, self.rows) or self.rows
        limit = max(limits.recvlogical(self.server, db, f"{db}_{way}", way, events) for way in ways)
        result = {}
        for where in ways:
            if where == "tcp":
                self.server.sql(db, "DELETE FROM bench")  # a second backlog of the same kind
                self.wait_after_delete(db)
                events = fill(self.server, db, self.rows) or self.rows
            result[where] = self.drain(db, events, socket=where == "socket")
        self.report(name, events, "pg_recvlogical", limit, result)
        self.server.sql(db, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                        " WHERE database = current_database()")

    def wait_after_delete(self, db):
        with self.tailrace(db) as engine:
            self.wait_confirmed(db)
            engine.stop()

    # The others

    def big(self):
        self.catch_up("one big transaction", workload.one_big_transaction)

    def small(self):
        self.catch_up("transactions of three rows", workload.many_small_transactions)

    def snapshot(self):
        db = self.database()
        workload.one_big_transaction(self.server, db, self.rows)
        self.server.sql(db, "VACUUM ANALYZE bench")
        names = {threads: f"{db}-{threads}" for threads in (1, 2)}
        self.report_snapshot("COPY", limits.copy(self.server, db, self.rows), [
            (threads, db, {"name": name, "topic.prefix": name, "slot.name": f"{db}{threads}"})
            for threads, name in names.items()])
        self.server.sql(db, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                            " WHERE database = current_database()")

    def avro(self):
        """The same backlog as JSON and as Avro, in turns: each one's best run."""
        with ScriptedRegistry() as registry:
            converters = {"json": {}, "avro": {
                f"{side}.converter{key}": value for side in ("key", "value") for key, value in {
                    "": "io.confluent.connect.avro.AvroConverter",
                    ".schema.registry.url": registry.url}.items()}}
            runs = {kind: [] for kind in converters}
            for kind in (*converters, *reversed(converters)):
                db = self.database()
                self.prepare_slot(db)
                workload.one_big_transaction(self.server, db, self.rows)
                runs[kind].append(self.drain(db, self.rows, **converters[kind]))
                self.server.sql(db, "SELECT pg_drop_replication_slot(slot_name)"
                                " FROM pg_replication_slots WHERE database = current_database()")
        best = {kind: (max(r["rate"] for r in found), min(r["cpu"] for r in found))
                for kind, found in runs.items()}
        print(f"\nAvro beside JSON: {self.rows:,} rows in one transaction")
        for kind, (rate, cpu) in best.items():
            print(f"  {kind}: {rate:,.0f}/s, engine {cpu:.2f} CPU s per million")
        print(f"  Avro is {best['avro'][0] / best['json'][0]:.2f} times as fast, for "
              f"{best['avro'][1] / best['json'][1]:.2f} of the CPU time")

    def latency(self):
        db = self.database()
        with self.tailrace(db) as engine:
            engine.wait_log("msg=streaming")
            result = measure_latency(self.server, self.kafka, db, rate=1000, seconds=20)
            cpu = usage.cpu_seconds(engine.pid)
            engine.stop()
        print(f"\nlatency at 1,000 events/s, commit to readable: p50 {result.p50:.1f} ms, "
              f"p99 {result.p99:.1f} ms, max {result.max:.1f} ms ({result.count} events; "
              f"engine {cpu:.1f} CPU s)")

    def rest(self):
        """While it drains a backlog of small transactions."""
        db = self.database()
        self.prepare_slot(db)
        events = workload.many_small_transactions(self.server, db, self.rows) or self.rows
        port = free_port()
        lsn = self.server.query(db, "SELECT pg_current_wal_insert_lsn()")[0][0]
        behind = ("SELECT coalesce(confirmed_flush_lsn < %s, true) FROM pg_replication_slots "
                  "WHERE slot_name = %s")
        with self.tailrace(db, set_worker={"listeners": f"http://127.0.0.1:{port}"}) as engine:
            engine.wait_log("msg=streaming")
            with closing(self.server.connect(db)) as connection, connection.cursor() as cursor:
                def busy():
                    cursor.execute(behind, (lsn, db))
                    return cursor.fetchone()[0]

                result = measure_rest(port, db, busy)
            engine.stop()
        print(f"\nREST API while {events:,} events stream:")
        for path, r in result.items():
            print(f"  {path}: p50 {r.p50:.1f} ms, p99 {r.p99:.1f} ms, max {r.max:.1f} ms "
                  f"({r.count} requests)")

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
        """One transaction that fits into one of Kafka's, and one of five times the rows that goes
        out in several: what it takes must not grow with it."""
        print("\nmemory: rows in one transaction")
        for rows, limit in self.MEMORY:
            db = self.database()
            self.prepare_slot(db)
            workload.one_big_transaction(self.server, db, rows * self.rows)
            self.report_memory(db, rows * self.rows, limit)
            self.server.sql(db, "SELECT pg_drop_replication_slot(slot_name)"
                            " FROM pg_replication_slots WHERE database = current_database()")
