"""The stage with a MySQL or a MariaDB."""

import re

from bed import Mariadb, Mysql, wait_until
from bed.process import GIVE_UP
from binlog_ledger import BinlogBook
from binlog_writer import BinlogWriters
from stage import OFFSETS, Stage, is_position


class BinlogStage(Stage):
    """A transaction's number is that of its GTID, which grows in the order of commits: there is
    one server, and in MariaDB one domain."""

    book_class, writers_class = BinlogBook, BinlogWriters
    signals = "ledger.signal_"
    kills = 8  # there are two of these

    #: The definitions are tailrace's own to keep; the book's numbers are taken without a lock.
    _settings = {"binlog_row_metadata": "MINIMAL", "innodb_autoinc_lock_mode": 2}

    def __enter__(self):
        super().__enter__()
        self.db.sql(f"GRANT INSERT ON {self.signals} TO {self.server.user}")  # windows are marked
        return self

    def confirmed(self):
        """Of the committed position."""
        positions = self.kafka.consume(OFFSETS, quiet=0)
        return [record.value for record in positions if is_position(record)][-1:]

    def wait_caught_up(self, timeout=GIVE_UP):
        """Until everything that was written before this call is committed in Kafka."""
        gtids, seen = self.server.gtids(), set()
        with self.kafka.reader(OFFSETS) as reader:
            def reached():
                seen.update(record.json.get("gtids") for record in reader.read(quiet=0)
                            if is_position(record))
                return gtids in seen

            wait_until(reached, timeout, f"the position to be {gtids}", pause=0.2)

    def cut_off(self):
        for session in self.server.dumps():
            self.server.end_session(session)

    def crash(self):
        self.server.kill9()
        self.server.start()

    def positions(self):
        found = []
        for position in super().positions():
            if "tailrace_partial" in position:
                position["tailrace_partial_xid"] = _last_number(position["tailrace_partial_gtid"])
            if "gtids" in position:
                number = _last_number(position["gtids"])
                position.update(tailrace_resume_lsn=number, lsn=number)
            found.append(position)
        return found

    @staticmethod
    def _place(source):
        number = _last_number(source["gtid"]) if source["gtid"] else None
        return number, number or 0


class MysqlStage(BinlogStage):
    def _server(self):
        return Mysql(**self._settings)


class MariadbStage(BinlogStage):
    def _server(self):
        return Mariadb(**self._settings)

    def tailrace(self):
        """Its server lets the log go when it has written to a frozen reader for so long."""
        self._changes.setdefault("binlog_net_write_timeout", 5)
        return super().tailrace()


def _last_number(gtids):
    """7 of uuid:1-7 and of 0-1-7"""
    return int(re.split("[:-]", gtids)[-1])
