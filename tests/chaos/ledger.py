"""The book that the database keeps of its own changes, and how to read it.

Triggers write a line for each change (ledger.sql); the order of commits comes from a replication
slot of the database's own test plugin, which knows nothing of tailrace.
"""

from collections import namedtuple
from pathlib import Path

from psycopg2 import sql

#: key is a tuple; seq is None for a delete, whose record has no more than the key.
Change = namedtuple("Change", "xid table op key seq")
#: lsn is where the commit's WAL record ends.
Commit = namedtuple("Commit", "xid lsn")

TABLES = {"account": ["id"], "line": ["number", "region"], "note": ["name"], "document": ["id"]}
_SLOT = "ledger_{}"
_SCHEMA = Path(__file__).with_name("ledger.sql")


class Ledger:
    """base: {table: {key: seq}} of the rows that stood there before the book was opened."""

    def __init__(self, base, changes, commits):
        self.base, self.changes, self.commits = base, changes, commits


def parse_lsn(text):
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


class Book:
    def __init__(self, db):
        self._db = db
        self._slot = _SLOT.format(db.name)
        self._base = {}

    def open(self, rows=0):
        """Makes the tables, fills them with `rows` rows in all, and begins to keep the book."""
        self._db.sql(_SCHEMA.read_text())
        if rows:
            self._db.sql(_FILL.format(account=rows * 7 // 10, line=rows * 2 // 10,
                                      note=rows // 10 - rows // 100, document=rows // 100))
            self._db.sql("TRUNCATE ledger.change")
            self._db.sql("ANALYZE")
        self._base = {table: {key: seq for key, (seq, _) in rows.items()}
                      for table, rows in self.tables().items()}
        self._db.sql("SELECT pg_create_logical_replication_slot(%s, 'test_decoding')", self._slot)

    def turn_page(self):
        """Takes over the commits so far, so that the database can let their WAL go."""
        self._db.sql(
            "INSERT INTO ledger.commit (xid, lsn) SELECT split_part(data, ' ', 2)::bigint, lsn "
            "FROM pg_logical_slot_get_changes(%s, NULL, NULL, 'skip-empty-xacts', '1') "
            "WITH ORDINALITY AS c(lsn, xid, data, n) WHERE data LIKE 'COMMIT %%' ORDER BY n "
            "ON CONFLICT DO NOTHING",  # a crash of the server sets the slot back a little
            self._slot)

    def read(self):
        """The Ledger so far; the writers have to rest."""
        self.turn_page()
        changes = [Change(xid, table, op, tuple(key), seq) for xid, table, op, key, seq in
                   self._db.query("SELECT xid, tbl, op, key, seq FROM ledger.change ORDER BY n")]
        commits = [Commit(xid, parse_lsn(lsn)) for xid, lsn in
                   self._db.query("SELECT xid, lsn::text FROM ledger.commit ORDER BY n")]
        return Ledger(self._base, changes, commits)

    def close(self):
        self._db.sql("SELECT pg_drop_replication_slot(%s)", self._slot)

    def tables(self):
        """{table: {key: (seq, body)}} as the tables are now."""
        found = {}
        for table, key in TABLES.items():
            query = sql.SQL("SELECT {}, seq, body FROM shop.{}").format(
                sql.SQL(",").join(map(sql.Identifier, key)), sql.Identifier(table))
            found[table] = {row[:-2]: row[-2:] for row in self._db.query(query)}
        return found


_FILL = """
INSERT INTO shop.account SELECT i, 0, 0, repeat('a', i %% 90) FROM generate_series(1, {account}) i;
INSERT INTO shop.line SELECT i %% 5, i / 5, 0, 0, 'line ' || i FROM generate_series(1, {line}) i;
INSERT INTO shop.note SELECT 'Näme ' || i, 0, 0, 'note' FROM generate_series(1, {note}) i;
INSERT INTO shop.document SELECT i, 0, 0, repeat(md5(i::text), 100)
    FROM generate_series(1, {document}) i;
""".replace("%%", "%")
