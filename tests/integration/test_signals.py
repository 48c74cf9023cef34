"""Incremental snapshots that signals ask for, on each database: what they read, how they are
stopped and paused, and what meets them on their way. Which notifications tell of them, word for
word, is in tests/golden; what a kill does to them in tests/chaos."""

import json
from contextlib import contextmanager

import pytest

from bed import Tailrace, connector, scratch, wait_until
from bed.process import GIVE_UP

_KEYED = "CREATE TABLE {} (id int PRIMARY KEY, v varchar(20)); "
_ROWS = "INSERT INTO {} VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'); "


class Signalled:
    """A connector with a table of signals, chunks of two rows, and all it writes in a file."""

    def __init__(self, db, **changes):
        self.db = db
        self._schema = "public" if db.server.kind == "postgres" else db.name
        self._table = self.name("signal_")
        self._folder = scratch("signals")
        self._ids = 0
        self.engine = Tailrace(connector(db, **{
            "snapshot_mode": "no_data",
            "signal_data_collection": self._table,
            "incremental_snapshot_chunk_size": 2,
            "notification_enabled_channels": "sink",
            "notification_sink_topic_name": "notes",
            "sink_type": "file", "sink_path": self._folder / "records",
            "offset_storage_file_filename": self._folder / "offsets", **changes}))

    @contextmanager
    def streaming(self):
        self.db.sql(f"CREATE TABLE {self._table} (id varchar(60) PRIMARY KEY, type varchar(40), "
                    "data text)")
        self._mark("GRANT INSERT, DELETE ON {} TO {}")
        try:
            with self.engine:
                self.engine.wait_streaming()
                yield self
        finally:
            self._mark("REVOKE INSERT, DELETE ON {} FROM {}")

    def _mark(self, text):
        if self.db.server.kind != "postgres":
            self.db.sql(text.format(self._table, self.db.server.user))

    def name(self, table):
        return f"{self._schema}.{table}"

    def send(self, *signals):
        """Signals of one transaction, each (type, data); data may be a text, or None. The id of
        the last one."""
        rows, parameters = [], []
        for kind, data in signals:
            self._ids += 1
            rows.append("(%s, %s, %s)")
            data = data if isinstance(data, (str, type(None))) else json.dumps(data)
            parameters += [f"s{self._ids}", kind, data]
        self.db.sql(f"INSERT INTO {self._table} VALUES {','.join(rows)}", *parameters)
        return f"s{self._ids}"

    def execute(self, *tables, then=(), **more):
        """Have tables read; signals of the same transaction may follow."""
        data = {"data-collections": [self.name(table) for table in tables], **more}
        return self.send(("execute-snapshot", data), *then)

    def records(self):
        """(table, value) of all there is; a value is None in a tombstone."""
        path = self._folder / "records"
        *lines, _ = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
        records = map(json.loads, lines)
        return [(record["topic"].rsplit(".", 1)[-1], record["value"]) for record in records]

    def read(self, table, column="id"):
        """What was read of a table, in order."""
        return [value["after"][column] for name, value in self.records()
                if name == table and value and value["op"] == "r"]

    def notes(self, kind):
        """The data of all notifications of a type."""
        return [value["additional_data"] for name, value in self.records()
                if name == "notes" and value["type"] == kind
                and value["aggregate_type"] == "Incremental Snapshot"]

    def ends(self):
        """{table: status} of what is done."""
        return {note["scanned_collection"].rsplit(".", 1)[1]: note["status"]
                for note in self.notes("TABLE_SCAN_COMPLETED")}

    def wait(self, kind, count=1):
        wait_until(lambda: len(self.notes(kind)) >= count, GIVE_UP,
                   f"{count} notifications {kind} in {self.records()}\n{self.engine.log}")

    def wait_change(self, table, key):
        """Until the stream has told of an update."""
        wait_until(lambda: (table, key) in [
            (name, value["after"]["id"]) for name, value in self.records()
            if value and value.get("op") == "u"], GIVE_UP, self.engine.log)

    def wait_warned(self, *texts):
        for text in texts:
            self.engine.wait_log(f"level=warn .*{text}")

    def pause_in(self, *tables):
        """Begin, and stand still behind the first chunk."""
        self.execute(*tables, then=[("pause-snapshot", {})])
        self.wait("PAUSED")

    def resume(self):
        self.send(("resume-snapshot", {}))


@pytest.fixture(params=["pg", "mysql", "mariadb"])
def database(request, name):
    with request.getfixturevalue(request.param).database(name) as database:
        yield database


@pytest.fixture
def tables(database):
    """a, b and c, of five rows each."""
    database.sql("".join(_KEYED.format(table) + _ROWS.format(table) for table in "abc"))
    return database


def test_what_is_read(tables):
    """Names are regular expressions; conditions belong to tables; a surrogate key, whose values
    need not differ, stands in for a key."""
    tables.sql("CREATE TABLE loose (id int, k int); INSERT INTO loose VALUES "
               "(1, 7), (2, 8), (3, 8), (4, 8), (5, 9)")
    with Signalled(tables).streaming() as signalled:
        signalled.execute("[ab]", **{"type": "INCREMENTAL", "additional-conditions": [
            {"data-collection": signalled.name("b"), "filter": "id > 1 AND v <> 'd'"}]})
        signalled.execute("loose")
        signalled.execute("loose", **{"surrogate-key": "k"})
        signalled.wait("TABLE_SCAN_COMPLETED", 4)
        assert signalled.read("a") == [1, 2, 3, 4, 5]
        assert signalled.read("b") == [2, 3, 5]
        assert [note["status"] for note in signalled.notes("TABLE_SCAN_COMPLETED")] == \
            ["SUCCEEDED", "SUCCEEDED", "NO_PRIMARY_KEY", "SUCCEEDED"]
        assert sorted(signalled.read("loose")) == [1, 2, 3, 4, 5]
        assert signalled.read("loose", "k") == [7, 8, 8, 8, 9]


def test_wide_rows(database):
    """A chunk ends where its memory is full."""
    text = "text" if database.server.kind == "postgres" else "mediumtext"
    rows = ",".join(f"({n}, repeat('x', 100000))" for n in range(40))
    database.sql(f"CREATE TABLE wide (id int PRIMARY KEY, v {text})")
    database.sql(f"INSERT INTO wide VALUES {rows}")
    small = {"memory_limit": 16 << 20, "incremental_snapshot_chunk_size": 1000}
    with Signalled(database, **small).streaming() as signalled:
        signalled.execute("wide")
        signalled.wait("COMPLETED")
        assert signalled.read("wide") == list(range(40))
        assert len(signalled.notes("IN_PROGRESS")) > 2


def test_signals_that_ask_for_nothing(tables):
    """None of them stops the connector; each gets its warning."""
    tables.sql("CREATE TABLE hollow (id int PRIMARY KEY)")
    with Signalled(tables).streaming() as signalled:
        signalled.send(
            ("execute-snapshot", "{not JSON"), ("execute-snapshot", None),
            ("execute-snapshot", {"data-collections": []}), ("no-such-type", {}),
            ("execute-snapshot", {"data-collections": ["a("], "type": "incremental"}),
            ("execute-snapshot", {"data-collections": ["a"], "type": "sideways"}),
            ("stop-snapshot", {"type": "incremental"}), ("resume-snapshot", {}))
        signalled.execute("nowhere", "hollow", "a", **{"surrogate-key": "nothing"})
        signalled.execute("a", **{"additional-conditions": [
            {"data-collection": signalled.name("a"), "filter": "no SQL"}]})
        signalled.execute("b")
        signalled.wait_warned("id=s1 .*no JSON object", "id=s2 ", "id=s3 .*data-collections",
                              "id=s4 .*no such type", "id=s5 ", "id=s6 .*sideways")
        wait_until(lambda: signalled.ends().get("b"))
        statuses = [note["status"] for note in signalled.notes("TABLE_SCAN_COMPLETED")]
        assert statuses[0] == "UNKNOWN_SCHEMA"
        assert statuses[-2:] == ["SQL_EXCEPTION", "SUCCEEDED"]
        assert signalled.read("a") == [] and signalled.read("b") == [1, 2, 3, 4, 5]


def test_stopped_in_part_and_whole(tables):
    with Signalled(tables).streaming() as signalled:
        signalled.pause_in("a", "b", "c")
        signalled.send(("stop-snapshot", {"data-collections": [signalled.name("[b]")],
                                          "type": "incremental"}))
        signalled.resume()
        signalled.wait("COMPLETED")
        assert [note["data_collections"] for note in signalled.notes("ABORTED")] == \
            [signalled.name("b")]
        assert signalled.ends() == {"a": "SUCCEEDED", "c": "SUCCEEDED"}
        assert signalled.read("b") == [] and signalled.read("c") == [1, 2, 3, 4, 5]
        signalled.execute("b", "c", then=[("pause-snapshot", {})])
        signalled.wait("PAUSED", 2)
        signalled.send(("stop-snapshot", {"type": "incremental"}))
        signalled.wait("ABORTED", 2)
        assert signalled.read("b") == [1, 2]
        signalled.execute("b")  # it isn't paused any more
        wait_until(lambda: signalled.read("b") == [1, 2, 1, 2, 3, 4, 5])


def test_two_in_a_row_and_a_kill(tables):
    """What was asked for, and that it is paused, is kept; the second one waits for the first."""
    with Signalled(tables).streaming() as signalled:
        signalled.pause_in("a")
        signalled.execute("b")
        tables.sql("INSERT INTO a VALUES (6, 'late'); UPDATE a SET v = 'new' WHERE id = 1")
        signalled.wait_change("a", 1)
        assert signalled.read("a") == [1, 2]
        signalled.engine.kill9()
        signalled.engine.start()
        signalled.engine.wait_streaming()
        signalled.resume()
        signalled.wait("COMPLETED")
        assert signalled.read("a") == [1, 2, 3, 4, 5]  # 6 is behind the end that it had
        assert signalled.read("b") == [1, 2, 3, 4, 5]


def test_a_blocking_snapshot_in_an_incremental_one(tables):
    """The incremental one stands still for it, and goes on by itself."""
    with Signalled(tables).streaming() as signalled:
        signalled.execute("a", then=[("execute-snapshot", {
            "type": "blocking", "data-collections": [signalled.name("b")]})])
        signalled.wait("COMPLETED")
        rows = [(table, value["after"]["id"], value["source"]["snapshot"] == "incremental")
                for table, value in signalled.records() if value and value.get("op") == "r"]
        assert rows[:2] == [("a", 1, True), ("a", 2, True)]
        assert sorted(rows[2:7]) == [("b", key, False) for key in range(1, 6)]
        assert rows[7:] == [("a", key, True) for key in (3, 4, 5)]


def test_tables_that_change_on_the_way(tables):
    """Dropped, emptied, with another column, with another key: each between two chunks."""
    tables.sql(_KEYED.format("d") + _ROWS.format("d"))
    with Signalled(tables).streaming() as signalled:
        for table, change in (
                ("a", "DROP TABLE a"),
                ("b", "TRUNCATE TABLE b; INSERT INTO b VALUES (1, 'x'), (4, 'y')"),
                ("c", "ALTER TABLE c ADD w int; UPDATE c SET w = 7 WHERE id = 4")):
            done = len(signalled.ends())
            signalled.execute(table, then=[("pause-snapshot", {})])
            signalled.wait("PAUSED", done + 1)
            tables.sql(change)
            signalled.resume()
            signalled.wait("TABLE_SCAN_COMPLETED", done + 1)
        gone = "SQL_EXCEPTION" if tables.server.kind == "postgres" else "UNKNOWN_SCHEMA"
        assert signalled.ends() == {"a": gone, "b": "SUCCEEDED", "c": "SUCCEEDED"}
        assert signalled.read("b") == [1, 2, 4]
        assert signalled.read("c") == [1, 2, 3, 4, 5]
        rows = [value["after"] for table, value in signalled.records()
                if table == "c" and value["op"] == "r"]
        assert [row.get("w", "none") for row in rows] == ["none", "none", None, 7, None]


def test_a_table_that_is_altered_in_the_window(tables):
    """The chunk waits for the lock of the ALTER; what it reads then has the new column."""
    with Signalled(tables).streaming() as signalled, \
            tables.connect(autocommit=False) as connection, connection.cursor() as cursor:
        if tables.server.kind == "postgres":
            cursor.execute("ALTER TABLE a ADD w int DEFAULT 3")
        else:
            cursor.execute("LOCK TABLES a WRITE")
        signalled.execute("a")
        signalled.engine.wait_log("a signal has come")
        if tables.server.kind != "postgres":
            cursor.execute("ALTER TABLE a ADD w int DEFAULT 3")
            cursor.execute("UNLOCK TABLES")
        connection.commit()
        signalled.wait("COMPLETED")
        assert signalled.read("a") == [1, 2, 3, 4, 5]
        assert signalled.read("a", "w") == [3] * 5


@pytest.mark.parametrize("blocking", [False, True])
def test_read_only(tables, blocking):
    """Nothing is written to the database; signals come from a file."""
    path = scratch("signals") / "signals"
    path.write_text("")
    signalled = Signalled(tables, signal_data_collection=None, read_only="true",
                          signal_enabled_channels="file", signal_file=path,
                          signal_poll_interval_ms=20)
    with signalled.engine as engine:
        engine.wait_streaming()
        tables.sql("UPDATE a SET v = 'new' WHERE id = 2")
        signalled.wait_change("a", 2)
        kind = "blocking" if blocking else "incremental"
        path.write_text(json.dumps({"id": "f", "type": "execute-snapshot", "data": {
            "type": kind, "data-collections": [signalled.name("[ac]")]}}) + "\n")
        wait_until(lambda: len(signalled.read("c")) == 5, GIVE_UP, engine.log)
        assert sorted(zip(signalled.read("a"), signalled.read("a", "v"))) == \
            [(1, "a"), (2, "new"), (3, "c"), (4, "d"), (5, "e")]
        tables.sql("UPDATE c SET v = 'last' WHERE id = 1")
        signalled.wait_change("c", 1)
        assert not signalled.read("b")
