"""What a consumer sees in Kafka's topics."""

import json
import re
import time
from collections import namedtuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from .process import GIVE_UP

_EOF = KafkaError._PARTITION_EOF
_NEW_TOPICS_EVERY = 0.5  # seconds


class Record(namedtuple("Record", "topic partition offset key value headers timestamp")):
    """key and value are bytes or None, headers a list of (name, bytes), timestamp is in ms."""

    __slots__ = ()

    @property
    def key_json(self):
        return None if self.key is None else json.loads(self.key)

    @property
    def json(self):
        return None if self.value is None else json.loads(self.value)


class Reader:
    """Reads every partition of the topics whose names `pattern` matches whole, from the start;
    topics that appear later too. Outside any consumer group: nothing waits for a rebalance."""

    def __init__(self, bootstrap, pattern, isolation="read_committed", **config):
        self._pattern = re.compile(pattern)
        self._consumer = Consumer({
            **client_config(bootstrap),
            "group.id": "unused",
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
            "fetch.wait.max.ms": 50,
            "fetch.error.backoff.ms": 50,
            **config,
        })
        self._positions = {}  # (topic, partition) -> next offset
        self._at_end = set()
        self._ends = {}  # (topic, partition) -> offset of the end that was read up to
        self._looked = 0

    def read(self, count=None, *, timeout=GIVE_UP, quiet=0.7):
        """New records since the last read, in the order of arrival; within a partition that is
        the order of the offsets.

        With `count`: returns as soon as there are that many, fails if there are fewer after
        `timeout` seconds. Without: returns when every partition is read to its end and nothing
        came for `quiet` seconds; an empty list is a result.
        """
        records = []
        deadline = time.monotonic() + timeout
        last = time.monotonic()
        while True:
            self._look_for_topics()
            got = self._poll(0.05)
            records += got
            now = time.monotonic()
            if got:
                last = now
            if count is not None and len(records) >= count:
                return records
            if count is None and now - last >= quiet and self._all_read():
                return records
            if now > deadline:
                self._fail(records, count, timeout)

    def wait(self, condition, timeout=GIVE_UP):
        """Reads until `condition(records)` is true of the records read here; returns them."""
        records = []
        deadline = time.monotonic() + timeout
        while not condition(records):
            if time.monotonic() > deadline:
                self._fail(records, None, timeout)
            self._look_for_topics()
            records += self._poll(0.05)
        return records

    def has_reached(self, ends):
        """Whether it has read up to these ends, {topic: [offset]}, of its topics."""
        return all(self._ends.get((topic, partition), 0) >= end
                   for topic, offsets in ends.items() if self._pattern.fullmatch(topic)
                   for partition, end in enumerate(offsets))

    def close(self):
        self._consumer.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # Inside

    def _look_for_topics(self):
        if time.monotonic() - self._looked < _NEW_TOPICS_EVERY:
            return
        try:
            topics = self._consumer.list_topics(timeout=5).topics
        except KafkaException:
            return  # the broker may be down for a while: that is what some tests are about
        self._looked = time.monotonic()
        found = {(name, number) for name, topic in topics.items()
                 if self._pattern.fullmatch(name) for number in topic.partitions}
        new = found - set(self._positions)
        if new:
            self._positions.update(dict.fromkeys(new, OFFSET_BEGINNING))
            self._consumer.assign([TopicPartition(topic, partition, offset)
                                   for (topic, partition), offset in self._positions.items()])
            self._at_end.clear()

    def _poll(self, timeout):
        if not self._positions:
            time.sleep(timeout)
            return []
        records = []
        for message in self._consumer.consume(1000, timeout):
            place = message.topic(), message.partition()
            error = message.error()
            if error is None:
                records.append(_record(message))
                self._positions[place] = message.offset() + 1
                self._at_end.discard(place)
            elif error.code() == _EOF:
                self._at_end.add(place)
                self._ends[place] = message.offset()
            elif not (error.retriable() or error.code() in _PASSING):
                raise KafkaException(error)
        return records

    def _all_read(self):
        return self._looked and self._at_end >= set(self._positions)

    def _fail(self, records, count, timeout):
        wanted = f"{count} records" if count is not None else "what was waited for"
        last = "\n".join(str(record) for record in records[-3:])
        raise TimeoutError(f"not {wanted} of {self._pattern.pattern} within {timeout} s, "
                           f"but {len(records)}, the last:\n{last}")


#: Errors that a consumer sees while a broker is away.
_PASSING = {KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._RESOLVE,
            KafkaError._TIMED_OUT, KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC,
            KafkaError.LEADER_NOT_AVAILABLE, KafkaError.NOT_LEADER_FOR_PARTITION}


def client_config(bootstrap):
    """For a client of ours: silent, and quick to come back after a broker's restart."""
    return {
        "bootstrap.servers": bootstrap,
        "log_level": 0,
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 500,
        "topic.metadata.refresh.fast.interval.ms": 100,
    }


def _record(message):
    return Record(message.topic(), message.partition(), message.offset(), message.key(),
                  message.value(), message.headers() or [], message.timestamp()[1])
