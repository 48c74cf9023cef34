"""The same book as in ledger.py, kept by MySQL or MariaDB.

The order of commits, and which change is in which transaction, comes from the servers' own reader
of the binlog: mysqlbinlog prints the rows of the book between the GTIDs.
"""

import json
import re
import subprocess
from collections import namedtuple
from pathlib import Path

from ledger import TABLES, Change, Commit, Ledger

_SCHEMA = Path(__file__).with_name("binlog_ledger.sql")
_GTID = {"mysql": re.compile(r"SET @@SESSION.GTID_NEXT= '[0-9a-f-]+:(\d+)'"),
         "mariadb": re.compile(r"#.*\sGTID \d+-\d+-(\d+)\b")}
_PRINTER = {"mysql": "mysqlbinlog", "mariadb": "mariadb-binlog"}
_Line = namedtuple("_Line", "table op key seq")

_TRIGGERS = """
CREATE TRIGGER {table}_si BEFORE INSERT ON {table} FOR EACH ROW SET NEW.seq = uuid_short();
CREATE TRIGGER {table}_su BEFORE UPDATE ON {table} FOR EACH ROW SET NEW.seq = uuid_short();
CREATE TRIGGER {table}_bi AFTER INSERT ON {table} FOR EACH ROW
    INSERT INTO ledger.`change` (tbl, op, `key`, seq) VALUES ('{table}', 'c', {new}, NEW.seq);
CREATE TRIGGER {table}_bd AFTER DELETE ON {table} FOR EACH ROW
    INSERT INTO ledger.`change` (tbl, op, `key`) VALUES ('{table}', 'd', {old});
CREATE TRIGGER {table}_bu AFTER UPDATE ON {table} FOR EACH ROW
    INSERT INTO ledger.`change` (tbl, op, `key`, seq)
    SELECT '{table}', IF({old} = {new}, 'u', 'd'), {old}, IF({old} = {new}, NEW.seq, NULL)
    UNION ALL SELECT '{table}', 'c', {new}, NEW.seq FROM DUAL WHERE {old} <> {new};
"""
_FILL = """
CREATE TEMPORARY TABLE ledger.rows_ (i int PRIMARY KEY)
    SELECT 1000 * a.i + b.i AS i FROM ledger.numbers a, ledger.numbers b
    WHERE b.i < 1000 AND 1000 * a.i + b.i <= {account};
INSERT INTO account SELECT i, 0, repeat('a', i % 90) FROM ledger.rows_ WHERE i > 0;
INSERT INTO line SELECT i % 5, i DIV 5, 0, concat('line ', i) FROM ledger.rows_
    WHERE i BETWEEN 1 AND {line};
INSERT INTO note SELECT concat('Näme ', i), 0, 'note' FROM ledger.rows_
    WHERE i BETWEEN 1 AND {note};
INSERT INTO document SELECT i, 0, repeat(sha2(i, 256), 50) FROM ledger.rows_
    WHERE i BETWEEN 1 AND {document};
ANALYZE TABLE account, line, note, document
"""


class BinlogBook:
    def __init__(self, db):
        self._db = db
        self._base = {}

    def open(self, rows=0):
        """Makes the tables, fills them with `rows` rows in all, and begins to keep the book."""
        self._db.sql(_SCHEMA.read_text())
        if rows:
            self._db.sql(_FILL.format(account=rows * 7 // 10, line=rows * 2 // 10,
                                      note=rows // 10 - rows // 100, document=rows // 100))
        self._base = {table: {key: seq for key, (seq, _) in rows.items()}
                      for table, rows in self.tables().items()}
        for table, key in TABLES.items():
            self._db.sql(_TRIGGERS.format(table=table, old=_json_array("OLD", key),
                                          new=_json_array("NEW", key)))

    def turn_page(self):
        """Nothing to do: the binlog stays."""

    def read(self):
        """The Ledger so far; the writers have to rest."""
        lines = {n: _Line(table, op, tuple(json.loads(key)), seq) for n, table, op, key, seq in
                 self._db.query("SELECT n, tbl, op, `key`, seq FROM ledger.`change`")}
        changes = [Change(gtid, *lines[n]) for gtid, n in self._log()]
        assert len(changes) == len(lines), "the binlog has another book than the table"
        commits = [Commit(gtid, gtid) for gtid in dict.fromkeys(c.xid for c in changes)]
        return Ledger(self._base, changes, commits)

    def tables(self):
        """{table: {key: (seq, body)}} as the tables are now."""
        found = {}
        for table, key in TABLES.items():
            rows = self._db.query(f"SELECT {','.join(key)}, seq, body FROM {table}")
            found[table] = {row[:-2]: row[-2:] for row in rows}
        return found

    def _log(self):
        """(number of the GTID, n) of each line of the book, in the binlog's order"""
        server = self._db.server
        gtid, wanted, number = _GTID[server.kind], False, None
        command = [server.program(_PRINTER[server.kind]), "-v", "--base64-output=decode-rows",
                   *server.binlogs()]
        with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True,
                              errors="replace") as printer:
            for line in printer.stdout:
                if line.startswith("###   @1="):
                    if wanted:
                        yield number, int(line[9:].split()[0])
                elif line.startswith(("### INSERT INTO", "### UPDATE", "### DELETE FROM")):
                    wanted = line == "### INSERT INTO `ledger`.`change`\n"
                elif "GTID" in line and (match := gtid.match(line)):
                    number = int(match.group(1))
        if printer.returncode:
            raise RuntimeError(f"{command[0]} failed")


def _json_array(row, columns):
    return f"json_array({','.join(f'{row}.{column}' for column in columns)})"
