"""Two hundred connectors in one process: each a stream of its own into Kafka."""

import re
import time
from pathlib import Path

import pytest

from bed import Kafka, Postgres, Rest, Tailrace, connector, stored, wait_until
from bed.ports import free_port
from bed.process import GIVE_UP

CONNECTORS, DATABASES = 200, 4


def _usage(pid):
    """Threads, descriptors and resident memory in KiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    number = lambda what: int(re.search(rf"{what}:\s+(\d+)", status)[1])
    return {"threads": number("Threads"), "descriptors": descriptors, "kib": number("VmRSS")}


def _streaming(log):
    """How many connectors have said so. One that begins again says it twice."""
    return len(set(re.findall(r"connector=(\S+) msg=streaming\b", log)))


def _cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.fixture(scope="module")
def server():
    with Postgres(max_connections=600, max_wal_senders=CONNECTORS + 10,
                  max_replication_slots=CONNECTORS + 10, shared_buffers="64MB") as pg:
        yield pg


def test_two_hundred_streams(server, name, capsys):
    port = free_port()
    rest = Rest(port)
    with Kafka(heap="512m") as kafka:
        names = [f"{name}_{number}" for number in range(DATABASES)]
        for database in names:
            server.sql("postgres", f"CREATE DATABASE {database}")
        databases = [type("Db", (), {"name": each, "server": server}) for each in names]
        for database in names:
            server.sql(database, "CREATE TABLE t (id int PRIMARY KEY, v text); "
                                 "CREATE PUBLICATION p FOR ALL TABLES")
        configs = [connector(databases[i % DATABASES], f"c{i}", **{
            "publication.name": "p", "snapshot.mode": "no_data", "memory.limit": 4 << 20,
        }) for i in range(CONNECTORS)]
        with Tailrace(worker=stored(kafka, name, port)) as engine:
            rest.wait_ready()
            time.sleep(1)
            empty = _usage(engine.pid)
            for config in configs[:-1]:
                # Connectors of files and of the API start alike; these are the quick way in.
                assert rest.create(config).status == 201
            wait_until(lambda: _streaming(engine.log) == CONNECTORS - 1, 2 * GIVE_UP)
            assert rest.create(configs[-1]).status == 201
            wait_until(lambda: _streaming(engine.log) == CONNECTORS)
            for database in names:
                server.sql(database, "INSERT INTO t SELECT g, 'x' FROM generate_series(1, 10) g")
            # All of them: who still makes its topic is not idle, and holds more than it will.
            wait_until(lambda: kafka.count(r"c\d+[.]public[.]t") == 10 * CONNECTORS,
                       2 * GIVE_UP)
            time.sleep(2)
            full = _usage(engine.pid)
            before = _cpu_seconds(engine.pid)
            time.sleep(5)
            idle = (_cpu_seconds(engine.pid) - before) / 5
            answer = rest.get("/connectors?expand=status").json
            states = {each["status"]["tasks"][0]["state"] for each in answer.values()}
            assert len(answer) == CONNECTORS and states == {"RUNNING"}
            each = {key: (full[key] - empty[key]) / CONNECTORS for key in full}
            with capsys.disabled():
                print(f"\nempty: {empty}; {CONNECTORS} connectors: {full}; each: {each}; "
                      f"idle CPU: {idle:.2f}")
            assert each["threads"] < 12 and each["descriptors"] < 25
            assert each["kib"] < 4096 or _sanitized(engine.pid)
            assert engine.stop(timeout=120) == 0


def _sanitized(pid):
    """A sanitizer's shadow memory says nothing about ours."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        return any("libasan" in line or "libtsan" in line for line in maps)
