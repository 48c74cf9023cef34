"""What a test sees of a connector: its topics and its last words."""

import re


class Topics:
    """What consumers see of one connector's topics."""

    def __init__(self, kafka, prefix):
        self._kafka, self._prefix = kafka, prefix

    def records(self, table="public[.].*", count=None, **options):
        """The records of tables that the pattern matches: Kafka's records, tombstones too."""
        return self._kafka.consume(rf"{self._prefix}[.]{table}", count, **options)

    def reader(self, table="public[.].*"):
        return self._kafka.reader(rf"{self._prefix}[.]{table}")

    def ops(self, table="public[.].*", count=None):
        """(op, key, row) of each record; op is "t" for a tombstone. The row is `after`, or
        `before` of a delete."""
        return [op_of(record) for record in self.records(table, count)]

    def names(self):
        """Topics of the connector, without its prefix."""
        names = self._kafka.topics(rf"{self._prefix}[.].*")
        return [name.removeprefix(f"{self._prefix}.") for name in names]


def op_of(record):
    value = record.json
    if value is None:
        return "t", record.key_json, None
    return value["op"], record.key_json, value["before" if value["op"] == "d" else "after"]


def error_of(log):
    """The newest error of a connector's state, in plain text."""
    *_, last = re.findall(r'msg="connector state".* error=("(?:[^"\\]|\\.)*"|\S+)', log)
    return last[1:-1].replace('\\"', '"') if last.startswith('"') else last
