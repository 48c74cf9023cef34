"""Holds what consumers saw against the ledger and the tables. Pure: lists in, findings out.

Every streamed record is given its place in the ledger (commit order, then order inside the
transaction). Then all is arithmetic: a place that nobody has is lost, one that two have is
duplicated, places that don't grow along a partition are reordered.
"""

import json
from bisect import bisect_right
from collections import Counter, defaultdict, namedtuple

Finding = namedtuple("Finding", "kind what")
_Row = namedtuple("_Row", "version newest read")
_BASE = (-1, -1)  # the place of a row that stood there before the book was opened

#: op is r, i (r of an incremental snapshot), c, u, d or t (a tombstone); xid, lsn and seq are None
#: in a tombstone, seq in a delete.
Event = namedtuple("Event", "topic partition offset table op key xid lsn seq body")

#: What unchanged TOAST values are replaced with.
PLACEHOLDER = "__debezium_unavailable_value"


def parse(record, keys, place_of):
    """Event of a Kafka record; `keys` has the key columns of each table, `place_of(source)` gives
    xid and lsn."""
    table = record.topic.rsplit(".", 1)[1]
    key = json.loads(record.key)
    key = tuple(key[column] for column in keys[table])
    place = record.topic, record.partition, record.offset, table
    if record.value is None:
        return Event(*place, "t", key, None, None, None, None)
    value = json.loads(record.value)
    source, after = value["source"], value["after"] or {}
    op = "i" if source["snapshot"] == "incremental" else value["op"]
    return Event(*place, op, key, *place_of(source), after.get("seq"),
                 after.get("body"))


def check(events, ledger, tables, positions=()):
    """Findings, all kinds that there are: lost, duplicated, reordered, invented, snapshot lost,
    stale, moved, tombstone, torn, final state, position. `positions`: the JSON objects of the
    position record, in order. Events of one partition come in the order of their offsets."""
    return Check(events, ledger, tables, positions).run()


class Check:
    _firm = "i"  # rows that show nothing that the stream is still to tell
    _excused = ""  # changes that stand for a row of the snapshot

    def __init__(self, events, ledger, tables, positions):
        self.partitions = defaultdict(list)
        for event in events:
            self.partitions[event.topic, event.partition].append(event)
        self.ledger, self.tables, self.positions = ledger, tables, list(positions)
        self.commits = {commit.xid: i for i, commit in enumerate(ledger.commits)}
        self.placed = self._place_changes()
        self.findings = []
        self.start = self._stream_start(events)
        self.seen = Counter()
        #: Transactions that were too large for one of Kafka's, as positions inside them say.
        self.split = {position["tailrace_partial_xid"] for position in self.positions
                      if "tailrace_partial" in position}
        self.records = len(events)

    def run(self):
        for events in self.partitions.values():
            self._check_order(events)
            self._check_stale(events)
            self._check_tombstones(events)
        self._check_lost()
        self._check_snapshot()
        self._check_moved()
        self._check_torn()
        self._check_final()
        self._check_positions()
        return self.findings

    @property
    def snapshot_repeats(self):
        """Snapshot rows that came more than once."""
        rows = Counter((e.table, e.key) for p in self.partitions.values() for e in p
                       if e.op == "r")
        return sum(rows.values()) - len(rows)

    def _find(self, kind, what):
        self.findings.append(Finding(kind, what))

    def _place_changes(self):
        """[(place, change)]: place = (number of the commit, number inside it), sorted."""
        placed = [((self.commits[change.xid], n), change)
                  for n, change in enumerate(self.ledger.changes) if change.xid in self.commits]
        placed.sort(key=lambda item: item[0])
        return placed

    def _check_order(self, events):
        waiting = self._places_by_identity()
        last = (-1, -1)
        for event in events:
            if event.op not in "cud":
                continue
            places = waiting.get(_identity(event))
            if not places:
                self._find("invented", f"{event} is in no committed transaction")
                continue
            # A row may be created and deleted many times in a transaction: take them in order.
            place = places[min(self.seen[_identity(event)], len(places) - 1)]
            self.seen[_identity(event)] += 1
            if self.seen[_identity(event)] > len(places):
                self._find("duplicated", event)
            elif self._in_snapshot(place):
                self._find("duplicated", f"{event} was in the snapshot already")
            if place < last:
                self._find("reordered", f"{event} comes after one of commit {last[0]}")
            last = max(last, place)

    def _places_by_identity(self):
        if not hasattr(self, "_places"):
            self._places = defaultdict(list)
            for place, change in self.placed:
                self._places[_identity(change)].append(place)
        return self._places

    def _stream_start(self, events):
        """The log position behind which every commit has to be streamed: the first position
        after the slot's creation says it, or the snapshot's records do."""
        for position in self.positions:
            if position.get("tailrace_resume_lsn"):
                return position["tailrace_resume_lsn"]
        return max((event.lsn for event in events if event.op == "r"), default=0)

    def _in_snapshot(self, place):
        """The snapshot has the commit: the stream doesn't have to bring it."""
        return self.ledger.commits[place[0]].lsn <= self.start

    def _streamed(self):
        return [(place, change) for place, change in self.placed if not self._in_snapshot(place)]

    def _check_lost(self):
        wanted = Counter(_identity(change) for _, change in self._streamed())
        for place, change in self._streamed():
            missing = wanted[_identity(change)] - self.seen[_identity(change)]
            if missing > 0:
                wanted[_identity(change)] -= 1
                self._find("lost", f"{change} of commit {place[0]}")

    def _check_snapshot(self):
        rows = {table: set(keys) for table, keys in self.ledger.base.items()}
        for place, change in self.placed:
            if self._in_snapshot(place):
                keys = rows.setdefault(change.table, set())
                (keys.discard if change.op == "d" else keys.add)(change.key)
        have = {(e.table, e.key) for p in self.partitions.values() for e in p
                if e.op in "rd"  # one that was deleted before its chunk was read is excused …
                or (e.op in self._excused and e.body != PLACEHOLDER)}  # … or told in full
        for table, keys in rows.items():
            for key in keys:
                if (table, key) not in have:
                    self._find("snapshot lost", f"{table} {key}")

    def _check_stale(self, events):
        """A row that was read is no older than what was said of it before."""
        for row, said in self._rows_and_changes(events):
            if row is None:
                self._find("invented", f"{said} is no version of its row")
            elif said.op in "ri" and row.version < row.newest:
                self._find("stale", f"{said} follows a newer change of the row")

    def _check_overtaken(self, events):
        for row, said in self._rows_and_changes(events):
            if row and said.op in "cud" and row.read is not None and row.version <= row.read:
                self._find("overtaken", f"{said} was visible to a row that was read before it")

    def _rows_and_changes(self, events):
        """Each event with the place in the ledger of its version of the row (None: there is
        none), the newest one streamed before it, and the newest one that was read before it."""
        counted, streamed, read = Counter(), {}, {}
        for event in events:
            if event.op == "t":
                continue
            row = event.table, event.key
            version = self._version(event, counted)
            yield version and _Row(version, streamed.get(row, _BASE), read.get(row)), event
            newest = read if event.op in self._firm else streamed
            if event.op != "r" or "r" in self._firm:
                newest[row] = max(version or _BASE, newest.get(row, _BASE))

    def _version(self, event, counted):
        if event.op in "cud":
            identity = _identity(event)
            places = self._places_by_identity().get(identity)
            counted[identity] += 1
            return places and places[min(counted[identity], len(places)) - 1]
        if self.ledger.base.get(event.table, {}).get(event.key) == event.seq:
            return _BASE
        return self._places_by_version().get((event.table, event.key, event.seq))

    def _places_by_version(self):
        if not hasattr(self, "_versions"):
            self._versions = {(change.table, change.key, change.seq): place
                              for place, change in self.placed if change.op != "d"}
        return self._versions

    def _check_moved(self):
        homes = {}
        for (topic, partition), events in self.partitions.items():
            for event in events:
                if homes.setdefault((topic, event.key), partition) != partition:
                    self._find("moved", f"key {event.key} of {topic} is in partitions "
                               f"{homes[topic, event.key]} and {partition}")

    def _check_tombstones(self, events):
        for before, event in zip([None, *events], [*events, None]):
            deleted = before is not None and before.op == "d"
            buried = event is not None and event.op == "t"
            if deleted != buried or (deleted and before.key != event.key):
                self._find("tombstone", f"after {before} comes {event}")

    def _check_torn(self):
        """A Kafka transaction leaves a marker in each of its partitions, which takes an offset;
        and each position record says how far its transaction reached in every partition."""
        for events in self.partitions.values():
            xid, last = None, None
            for event in events:
                if event.op in "cud" and event.xid == xid and xid not in self.split \
                        and event.offset != last + 1:
                    self._find("torn", f"a Kafka transaction ends before {event}")
                if event.op != "t":  # a row that was read may bear any transaction's number
                    xid = event.xid if event.op in "cud" else None
                last = event.offset
        self._check_torn_by_positions()

    def _check_torn_by_positions(self):
        ends = defaultdict(list)  # partition -> ends of the Kafka transactions
        for position in self.positions:
            for topic, offsets in json.loads(position.get("tailrace_outputs", "{}")).items():
                for partition, end in enumerate(offsets):
                    if end >= 0:  # -1: nothing written there since the start
                        ends[topic, partition].append((end, position["tailrace_transaction"]))
        homes = {}
        for place, events in self.partitions.items():
            if place not in ends:
                continue
            for event in events:
                if event.op not in "cud" or event.xid in self.split:
                    continue
                at = bisect_right(ends[place], (event.offset, float("inf")))
                number = ends[place][at][1] if at < len(ends[place]) else None
                if homes.setdefault(event.xid, number) != number:
                    self._find("torn", f"{event} is in Kafka transaction {number}, others of its "
                               f"source transaction are in {homes[event.xid]}")

    def _check_final(self):
        for table, rows in self.tables.items():
            folded = self._fold(table)
            for key in folded.keys() - rows.keys():
                self._find("final state", f"{table} {key} is only in the topics")
            for key, row in rows.items():
                if folded.get(key) != row:
                    self._find("final state", f"{table} {key} is {_short(row)} in the table and "
                               f"{_short(folded.get(key))} in the topics")

    def _fold(self, table):
        rows = {}
        for events in self.partitions.values():
            for event in events:
                if event.table != table or event.op == "t":
                    continue
                if event.op == "d":
                    rows.pop(event.key, None)
                    continue
                body = event.body
                if body == PLACEHOLDER:
                    body = rows.get(event.key, (None, None))[1]
                rows[event.key] = (event.seq, body)
        return rows

    def _check_positions(self):
        self._check_growing("tailrace_transaction", self.positions, strictly=True)
        streamed = [position for position in self.positions
                    if "tailrace_resume_lsn" in position
                    and position.get("snapshot_completed", True)]
        for name in ("tailrace_resume_lsn", "lsn"):
            self._check_growing(name, streamed)

    def _check_growing(self, name, positions, strictly=False):
        numbers = [position[name] for position in positions]
        for old, new in zip(numbers, numbers[1:]):
            if new < old or (strictly and new == old):
                self._find("position", f"{name} goes from {old} to {new}")


class ResumedCheck(Check):
    """Of an initial snapshot of tables with keys that went on after each crash."""

    _firm, _excused = "ir", "cu"

    def run(self):
        super().run()
        for events in self.partitions.values():
            self._check_overtaken(events)
        rows = Counter((e.table, e.key) for p in self.partitions.values() for e in p
                       if e.op == "r")
        for row, times in rows.items():
            if times > 1:
                self._find("snapshot repeated", f"{row} was read {times} times")
        return self.findings


class BesideCheck(Check):
    """Of snapshots that signals asked for: `incremental` ones of all tables, whose rows stand
    between the stream's, and at least `blocking` ones. `initial`: all was read at the start,
    too."""

    def __init__(self, events, ledger, tables, positions, *, incremental, blocking=0,
                 initial=False):
        super().__init__(events, ledger, tables, positions)
        self._incremental, self._blocking, self._initial = incremental, blocking, initial
        self._excused = "cu" if initial else ""

    def run(self):
        super().run()
        for events in self.partitions.values():
            self._check_overtaken(events)
        return self.findings

    def _check_snapshot(self):
        """Every row was read or told in full by the stream meanwhile; and, of those with progress
        that is committed, no more often than it was asked."""
        events = [event for events in self.partitions.values() for event in events]
        told = {(e.table, e.key) for e in events
                if e.op == "d" or (e.op in "cu" and e.body != PLACEHOLDER)}
        read = {op: Counter((e.table, e.key) for e in events if e.op == op) for op in "ir"}
        for op, times in (("i", self._incremental), ("r", self._blocking)):
            for table, keys in self.ledger.base.items() if times else ():
                for key in keys:
                    if self._initial and (table, key) not in read["r"]:
                        continue  # deleted before anything was read
                    if (table, key) not in read[op] and (table, key) not in told:
                        self._find("snapshot lost", f"{table} {key} ({op})")
        for row, times in read["i"].items():
            if times > self._incremental:
                self._find("snapshot repeated", f"{row} was read {times} times")


def _identity(change):
    return change.table, change.key, change.xid, change.op, change.seq


def _short(row):
    return f"{row[0]} {(row[1] or '')[:20]}" if row else "absent"


def summary(findings, most=5):
    """Counts by kind, with the first few of each."""
    kinds = Counter(finding.kind for finding in findings)
    lines = []
    for kind, count in kinds.items():
        lines.append(f"{kind}: {count}")
        lines += [f"    {f.what}" for f in findings if f.kind == kind][:most]
    return "\n".join(lines)
