"""Commit in the database to readable by a read_committed consumer."""

import json
import threading
import time
from collections import namedtuple
from contextlib import closing

from confluent_kafka import Consumer, TopicPartition

Latency = namedtuple("Latency", "p50 p99 max count")

_INSERT = ("INSERT INTO bench SELECT g, 1, 'paid', 'a@b.c', 1.5, 1, true, now(), "
           "clock_timestamp(), "
           "'x' FROM generate_series({first}, {last}) g")


class _Writer(threading.Thread):
    """`rate` rows a second in transactions of ten; notes when each commit had returned."""

    def __init__(self, pg, db, rate, seconds):
        super().__init__(daemon=True)
        self.pg, self.db, self.rate, self.seconds = pg, db, rate, seconds
        self.committed = {}

    def run(self):
        with closing(self.pg.connect(self.db)) as connection, connection.cursor() as cursor:
            began = time.monotonic()
            for i in range(self.rate * self.seconds // 10):
                time.sleep(max(0.0, began + i * 10 / self.rate - time.monotonic()))
                first = i * 10 + 1
                cursor.execute(_INSERT.format(first=first, last=first + 9))
                now = time.monotonic()
                for key in range(first, first + 10):
                    self.committed[key] = now


def _consumer(kafka, topic):
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "bench",
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "fetch.wait.max.ms": 500, "fetch.min.bytes": 1})
    consumer.assign([TopicPartition(topic, 0, 0)])
    return consumer


def measure_latency(pg, kafka, db, rate, seconds):
    """After a second of warming up, in which the topic comes into being."""
    pg.sql(db, _INSERT.format(first=-10, last=-1))
    topic = f"{db}.public.bench"
    kafka.consume(topic, 10)
    consumer = _consumer(kafka, topic)
    writer = _Writer(pg, db, rate, seconds)
    seen = {}
    writer.start()
    deadline = time.monotonic() + seconds + 30
    while len(seen) < rate * seconds + 10 and time.monotonic() < deadline:
        message = consumer.poll(0.1)
        if message is not None and not message.error():
            seen[json.loads(message.key())["id"]] = time.monotonic()
    writer.join()
    consumer.close()
    delays = sorted((seen[key] - at) * 1000 for key, at in writer.committed.items() if key in seen)
    if len(delays) < rate * seconds:
        raise RuntimeError(f"only {len(delays)} of {rate * seconds} events arrived")
    return Latency(delays[len(delays) // 2], delays[len(delays) * 99 // 100], delays[-1],
                   len(delays))
