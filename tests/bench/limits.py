"""What the machine can do at most: the same data through tools that do nothing with it."""

import subprocess
import time


def recvlogical(pg, db, slot, where, events):
    """Events per second that pg_recvlogical reads to nothing; uses the slot up."""
    lsn = pg.query(db, "SELECT pg_current_wal_insert_lsn()")[0][0]
    command = [pg.program("pg_recvlogical"), "-d", pg.dsn(db, tcp=where == "tcp"), "-S", slot,
               "--start", "-f", "/dev/null", "--no-loop", "-o", "proto_version=1",
               "-o", "publication_names=dbz_publication", "-E", lsn, "-s", "0", "-F", "0"]
    began = time.monotonic()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return events / (time.monotonic() - began)


def dump(server, build, file, rows):
    """Rows per second of the log from `file` on, read to nothing."""
    done = subprocess.run([build / "tests/bench/bench-dump", server.host, str(server.port),
                           server.user, server.password, file],
                          check=True, capture_output=True, text=True)
    _, _, seconds, _ = done.stdout.split()
    return rows / float(seconds)


def select(server, client, db, rows):
    began = time.monotonic()
    subprocess.run([server.program(client), "--no-defaults", "--protocol=tcp", "--quick",
                    "--silent", f"--host={server.host}", f"--port={server.port}",
                    f"--user={server.user}", "-e", "SELECT * FROM bench", db],
                   env={"MYSQL_PWD": server.password}, check=True, stdout=subprocess.DEVNULL)
    return rows / (time.monotonic() - began)


def copy(pg, db, rows):
    began = time.monotonic()
    pg.psql(db, "\\copy bench to /dev/null\n")
    return rows / (time.monotonic() - began)


def producer(kafka, build, count, size, per=20000):
    """(messages per second, CPU seconds per million) of librdkafka alone."""
    topic = f"limit{time.monotonic_ns()}"
    kafka.create_topic(topic)
    done = subprocess.run([build / "tests/bench/bench-producer", kafka.bootstrap, topic, str(count),
                           str(size), str(per)], check=True, capture_output=True, text=True)
    rate, cpu = done.stdout.split()
    return float(rate), float(cpu)


def warm_up(kafka, build):
    """The broker's JVM compiles what it runs often: not on our time."""
    producer(kafka, build, 400000, 700)
