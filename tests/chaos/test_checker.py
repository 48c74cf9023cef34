"""The checker itself: silent about a right history, and not about any kind of wrong one."""

import json
import random
from collections import defaultdict

import pytest
from checker import PLACEHOLDER, BesideCheck, Event, check, summary
from ledger import Change, Commit, Ledger

_TABLES = ("account", "line")
_PARTITIONS = 3


class History:
    """A made-up database, and the topics as they should be."""

    def __init__(self, seed=1, transactions=60, beside=False):
        self.random = random.Random(seed)
        self.seq = 0
        self.rows = {table: {(i,): (0, "base") for i in range(20)} for table in _TABLES}
        self.base = {t: {k: v[0] for k, v in rows.items()} for t, rows in self.rows.items()}
        self.changes, self.commits = [], []
        self.offsets = defaultdict(int)
        self.events, self.positions = [], []
        self.beside = beside
        self._snapshot(lsn=500)
        for number in range(transactions):
            self._transaction(1000 + number)
            if beside and number < 20:
                self._read_beside((number,))

    def check(self):
        events = sorted(self.events, key=lambda e: (e.topic, e.partition, e.offset))
        facts = events, Ledger(self.base, self.changes, self.commits), self.rows, self.positions
        if self.beside:
            return BesideCheck(*facts, incremental=1, blocking=0).run()
        return check(*facts)

    def kinds(self):
        return {finding.kind for finding in self.check()}

    def find(self, op, after=0):
        """A streamed event of that kind, somewhere in the middle."""
        return next(e for e in self.events[len(self.events) // 2 + after:] if e.op == op)

    def replace(self, event, **fields):
        self.events[self.events.index(event)] = event._replace(**fields)

    def append(self, event):
        """The same event once more, at the end of its partition."""
        self._emit(event.table, event.op, event.key, event.xid, event.lsn, event.seq, event.body)

    # Inside

    def _snapshot(self, lsn):
        for table, rows in self.rows.items() if not self.beside else ():
            for key, (seq, body) in rows.items():
                self._emit(table, "r", key, 900, lsn, seq, body)
        self._commit_kafka()

    def _read_beside(self, key):
        """A chunk of an incremental snapshot."""
        for table, rows in self.rows.items():
            if key in rows:
                self._emit(table, "i", key, None, None, *rows[key])
        self._commit_kafka()

    def _transaction(self, xid):
        lsn = 1000 + 10 * len(self.commits)
        for _ in range(self.random.randint(1, 12)):
            table, key = self.random.choice(_TABLES), (self.random.randrange(30),)
            if key not in self.rows[table]:
                self._change(xid, lsn, table, "c", key, f"body {xid}")
            elif self.random.random() < 0.3:
                self._change(xid, lsn, table, "d", key, None)
            else:
                self._change(xid, lsn, table, "u", key, self.random.choice([PLACEHOLDER, "new"]))
        self.commits.append(Commit(xid, lsn + 5))
        self._commit_kafka()

    def _change(self, xid, lsn, table, op, key, body):
        self.seq += 1
        seq = None if op == "d" else self.seq
        self.changes.append(Change(xid, table, op, key, seq))
        self._emit(table, op, key, xid, lsn, seq, body)
        if op == "d":
            del self.rows[table][key]
            self._emit(table, "t", key, None, None, None, None)
        else:
            kept = self.rows[table].get(key, (0, None))[1]
            self.rows[table][key] = seq, kept if body == PLACEHOLDER else body

    def _emit(self, table, op, key, xid, lsn, seq, body):
        partition = hash(key) % _PARTITIONS
        offset = self.offsets[table, partition]
        self.offsets[table, partition] += 1
        self.events.append(Event(f"x.shop.{table}", partition, offset, table, op, key, xid, lsn,
                                 seq, body))

    def _commit_kafka(self):
        outputs = {f"x.shop.{table}": [self.offsets[table, p] for p in range(_PARTITIONS)]
                   for table in _TABLES}
        self.positions.append({"tailrace_transaction": len(self.positions) + 1,
                               "lsn": 1000 + 10 * len(self.commits),
                               "tailrace_resume_lsn": 1000 + 10 * len(self.commits),
                               "tailrace_outputs": json.dumps(outputs)})
        for place in self.offsets:
            self.offsets[place] += 1  # the marker


@pytest.fixture
def history():
    return History()


@pytest.fixture
def beside():
    """With an incremental snapshot in place of the one at the start."""
    return History(beside=True)


def _read(history):
    """A row of the incremental snapshot that was changed before and after."""
    return next(e for e in history.events if e.op == "i" and e.seq and any(
        _same(c, e) and c.offset > e.offset and c.op == "u" for c in history.events))


def _same(one, other):
    return (one.table, one.key) == (other.table, other.key)


@pytest.mark.parametrize("seed", range(10))
def test_a_right_history_has_no_findings(seed):
    findings = History(seed).check()
    assert not findings, summary(findings)


def test_a_missing_change_is_lost(history):
    history.events.remove(history.find("c"))
    assert "lost" in history.kinds()


def test_a_missing_delete_is_lost(history):
    event = history.find("d")
    place = history.events.index(event)
    del history.events[place:place + 2]
    assert "lost" in history.kinds()


def test_a_missing_transaction_is_lost(history):
    xid = history.find("u").xid
    history.events = [e for e in history.events if e.xid != xid and e.op != "t"]
    assert "lost" in history.kinds()


def test_the_missing_end_is_lost(history):
    last = history.commits[-1].xid
    history.events = [e for e in history.events if e.xid != last]
    assert "lost" in history.kinds()


@pytest.mark.parametrize("op", ["c", "u", "d"])
def test_a_repeated_change_is_duplicated(history, op):
    history.append(history.find(op))
    assert "duplicated" in history.kinds()


@pytest.mark.parametrize("evidence", ["records", "position"])
def test_a_change_that_the_snapshot_has_is_duplicated(history, evidence):
    event = next(e for e in history.events if e.op == "u")
    late = max(commit.lsn for commit in history.commits if commit.xid == event.xid)
    if evidence == "records":
        for position in history.positions:
            del position["tailrace_resume_lsn"]
        history.events = [e._replace(lsn=late) if e.op == "r" else e for e in history.events]
    else:
        history.positions[0]["tailrace_resume_lsn"] = late
    assert "duplicated" in history.kinds()


def test_a_replayed_transaction_is_duplicated(history):
    xid = history.find("u").xid
    for event in [e for e in history.events if e.xid == xid]:
        history.append(event)
    assert {"duplicated", "reordered"} <= history.kinds()


def test_two_changes_that_swapped_places_are_reordered(history):
    one = history.find("u")
    other = next(e for e in history.events if e.op == "u" and e.offset > one.offset
                 and (e.topic, e.partition) == (one.topic, one.partition))
    history.replace(one, offset=other.offset)
    history.replace(other, offset=one.offset)
    assert "reordered" in history.kinds()


def test_two_changes_of_one_transaction_that_swapped_places_are_reordered(history):
    pairs = ((a, b) for a in history.events for b in history.events
             if a.op == b.op == "u" and a.xid == b.xid and a.offset < b.offset
             and (a.topic, a.partition) == (b.topic, b.partition))
    one, other = next(pairs)
    history.replace(one, offset=other.offset)
    history.replace(other, offset=one.offset)
    assert "reordered" in history.kinds()


def test_a_change_of_a_rolled_back_transaction_is_invented(history):
    history.append(history.find("c")._replace(xid=5))
    assert "invented" in history.kinds()


def test_a_missing_snapshot_row_is_lost(history):
    row = next(e for e in history.events if e.op == "r"
               and not any(e.key == d.key and e.table == d.table and d.op == "d"
                           for d in history.events))
    history.events.remove(row)
    assert "snapshot lost" in history.kinds()


@pytest.mark.parametrize("seed", range(10))
def test_a_right_incremental_snapshot_has_no_findings(seed):
    findings = History(seed, beside=True).check()
    assert not findings, summary(findings)


def test_a_row_that_was_not_read_is_lost(beside):
    told = {(e.table, e.key) for e in beside.events if e.op != "i"}
    row = next(e for e in beside.events if e.op == "i" and (e.table, e.key) not in told)
    beside.events.remove(row)
    assert "snapshot lost" in beside.kinds()


def test_a_row_that_was_read_twice_is_noticed(beside):
    beside.append(next(e for e in beside.events if e.op == "i"))
    assert "snapshot repeated" in beside.kinds()


def test_a_row_older_than_the_stream_is_stale(beside):
    beside.replace(_read(beside), offset=10_000)
    assert "stale" in beside.kinds()


def test_a_row_newer_than_the_stream_is_overtaken(beside):
    row = _read(beside)
    later = next(e for e in beside.events if _same(e, row) and e.offset > row.offset
                 and e.op == "u")
    beside.replace(row, seq=later.seq)
    assert "overtaken" in beside.kinds()


def test_a_row_that_never_was_is_invented(beside):
    beside.replace(_read(beside), seq=99_999)
    assert "invented" in beside.kinds()


def test_a_key_in_two_partitions_has_moved(history):
    event = history.find("u")
    history.replace(event, partition=(event.partition + 1) % _PARTITIONS, offset=10_000)
    assert "moved" in history.kinds()


def test_a_delete_without_its_tombstone_is_noticed(history):
    event = history.find("d")
    del history.events[history.events.index(event) + 1]
    assert "tombstone" in history.kinds()


def test_a_marker_inside_a_source_transaction_is_a_tear(history):
    pairs = ((a, b) for a in history.events for b in history.events
             if a.op == b.op == "u" and a.xid == b.xid and a.offset + 1 == b.offset
             and (a.topic, a.partition) == (b.topic, b.partition))
    _, other = next(pairs)
    history.events = [e._replace(offset=e.offset + 1) if e.offset >= other.offset
                      and (e.topic, e.partition) == (other.topic, other.partition) else e
                      for e in history.events]
    assert "torn" in history.kinds()


def test_a_transaction_torn_between_topics_is_noticed(history):
    """Nothing shows in any one partition: only the position records tell."""
    xid = next(xid for xid, _ in history.commits if {"x.shop.account", "x.shop.line"} ==
               {e.topic for e in history.events if e.xid == xid})
    at = next(i for i, c in enumerate(history.commits) if c.xid == xid) + 1
    position = dict(history.positions[at])
    early = json.loads(position["tailrace_outputs"])
    early["x.shop.line"] = json.loads(history.positions[at - 1]["tailrace_outputs"])["x.shop.line"]
    position["tailrace_outputs"] = json.dumps(early)
    history.positions[at] = position
    assert "torn" in history.kinds()


def _part_in(history, *, said=True):
    """Have a transaction with changes of one partition go out in two parts; the events behind the
    place where it is parted. `said`: a position tells so."""
    xid, place, last = next(
        (b.xid, (b.topic, b.partition), b.offset) for a in history.events for b in history.events
        if a.op == b.op == "u" and a.xid == b.xid and a.offset + 1 == b.offset
        and (a.topic, a.partition) == (b.topic, b.partition))
    history.events = [e._replace(offset=e.offset + 1) if e.offset >= last
                      and (e.topic, e.partition) == place else e for e in history.events]
    number = next(i for i, c in enumerate(history.commits) if c.xid == xid) + 1
    part = json.loads(json.dumps(history.positions[number - 1]))
    table = place[0].rsplit(".", 1)[1]
    outputs = json.loads(part["tailrace_outputs"])
    outputs[place[0]][place[1]] = last
    part["tailrace_outputs"] = json.dumps(outputs)
    if said:
        part |= {"tailrace_partial": 1, "tailrace_partial_xid": xid}
    history.positions.insert(number, part)
    for position in history.positions[number + 1:]:
        outputs = json.loads(position["tailrace_outputs"])
        outputs[place[0]][place[1]] += 1  # the marker of the first part
        position["tailrace_outputs"] = json.dumps(outputs)
    for i, position in enumerate(history.positions):
        position["tailrace_transaction"] = i + 1
    return [e for e in history.events if e.xid == xid and e.table == table
            and e.partition == place[1] and e.offset > last]


def test_a_large_transaction_may_go_out_in_parts(history):
    _part_in(history)
    findings = history.check()
    assert not findings, summary(findings)


def test_parts_that_no_position_tells_of_are_a_tear(history):
    _part_in(history, said=False)
    assert "torn" in history.kinds()


def test_parts_of_one_transaction_excuse_no_other(history):
    _part_in(history)
    part = next(p for p in history.positions if "tailrace_partial" in p)
    part["tailrace_partial_xid"] += 1
    assert "torn" in history.kinds()


def test_a_missing_part_is_lost(history):
    for event in _part_in(history):
        history.events.remove(event)
    assert "lost" in history.kinds()


def test_a_part_that_was_written_twice_is_duplicated(history):
    for event in _part_in(history):
        history.append(event)
    assert {"duplicated", "reordered"} <= history.kinds()


def test_parts_that_swapped_places_are_reordered(history):
    first, *_ = _part_in(history)
    before = next(e for e in history.events if e.offset == first.offset - 2
                  and (e.topic, e.partition) == (first.topic, first.partition))
    history.replace(first, offset=before.offset)
    history.replace(before, offset=first.offset)
    assert "reordered" in history.kinds()


def test_a_row_that_only_the_topics_have_is_noticed(history):
    event = history.find("c")
    history.rows[event.table].pop(event.key, None)
    assert "final state" in history.kinds()


def test_a_wrong_value_is_noticed(history):
    key, (seq, _) = next(iter(history.rows["account"].items()))
    history.rows["account"][key] = seq, "another"
    assert "final state" in history.kinds()


def test_a_position_that_goes_back_is_noticed(history):
    history.positions.append(dict(history.positions[3]))
    assert "position" in history.kinds()


def test_a_stream_that_goes_back_is_noticed(history):
    history.positions[-1]["tailrace_resume_lsn"] = 1001
    assert "position" in history.kinds()


def test_a_position_that_was_written_twice_is_noticed(history):
    history.positions.append(dict(history.positions[-1]))
    assert "position" in history.kinds()
