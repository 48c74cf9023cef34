"""MySQL and MariaDB: a backlog in the binlog, read by tailrace, and to nothing."""

import time
from contextlib import contextmanager

from bed import Mariadb, Mysql
from bench import limits
from bench.base import Bench

_SCHEMA = """
CREATE TABLE bench (
    id bigint PRIMARY KEY,
    customer_id int NOT NULL,
    status varchar(20) NOT NULL,
    email varchar(80) NOT NULL,
    amount decimal(12,2) NOT NULL,
    quantity int,
    active boolean NOT NULL,
    created_at datetime NOT NULL,
    updated_at timestamp(6) NULL,
    note text
);
CREATE TABLE digits (i int PRIMARY KEY);
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE numbers (i int PRIMARY KEY)
    SELECT 1000 * a.i + 100 * b.i + 10 * c.i + d.i AS i FROM digits a, digits b, digits c, digits d;
"""
_COLUMNS = """g.i, g.i % 100000, elt(g.i % 4 + 1, 'new', 'paid', 'shipped', 'returned'),
    concat('customer', g.i % 100000, '@example.com'), (g.i % 1000000) / 100, g.i % 50, g.i % 3 = 0,
    timestamp '2024-01-01 00:00:00' + INTERVAL g.i SECOND, now(6),
    concat('A note of usual length that a customer left with order ', g.i, ', please ring twice.')
"""
_BIG = f"""INSERT INTO bench SELECT {_COLUMNS} FROM
    (SELECT 1000 * a.i + b.i + {{first}} AS i FROM numbers a, numbers b
     WHERE b.i < 1000 AND 1000 * a.i + b.i < {{rows}}) g"""
_SMALL = f"""CREATE PROCEDURE fill(first bigint, transactions bigint, per int)
BEGIN
    DECLARE done bigint DEFAULT 0;
    WHILE done < transactions DO
        START TRANSACTION;
        INSERT INTO bench SELECT {_COLUMNS}
            FROM (SELECT i + first + done * per AS i FROM numbers WHERE i < per) g;
        COMMIT;
        SET done = done + 1;
    END WHILE;
END"""


class BinlogBench(Bench):
    NAMES = ("big", "small", "compressed", "snapshot", "memory")
    _SETTINGS = {"innodb_buffer_pool_size": "256M", "innodb_flush_log_at_trx_commit": 0,
                 "max_binlog_size": "1G", "binlog_cache_size": "1M"}

    @classmethod
    @contextmanager
    def start_server(cls):
        with cls.SERVER(**cls._SETTINGS) as server:
            yield server

    def database(self):
        self.run += 1
        name = f"bench{self.run}"
        self.server.sql(None, f"CREATE DATABASE {name}")
        self.server.sql(name, _SCHEMA)
        self.server.sql(name, _SMALL)
        return name

    def config(self, db, **more):
        return self.properties(db, **{
            "database.hostname": self.server.host, "database.server.id": 5000 + self.run,
            "database.include.list": db, "table.include.list": f"{db}.bench",
            "include.schema.changes": "false", **more})

    def prepare(self, db):
        """Lets tailrace make its position, then stops it: what follows is backlog."""
        with self.tailrace(db, **{"snapshot.mode": "no_data"}) as engine:
            engine.wait_log("msg=streaming")
            self.server.sql(db, _BIG.format(first=1_000_000_000, rows=5))
            self.wait_confirmed(db)
            engine.stop()
        self.server.purge_binlogs()

    def wait_confirmed(self, db, timeout=900):
        """Reads all positions so far: a new consumer's start is no part of a long measurement."""
        gtids = self.server.gtids()
        deadline = time.monotonic() + timeout
        with self.kafka.reader("bench-offsets") as reader:
            while time.monotonic() < deadline:
                for record in reader.read(quiet=0):
                    if record.value and record.key_json[0] == db \
                            and record.json.get("gtids") == gtids:
                        return
        raise TimeoutError(f"{db}: the position is not {gtids}")

    # What is measured

    def catch_up(self, name, fill):
        db = self.database()
        self.prepare(db)
        events = fill(db)
        first = self.server.binlogs()[0].name
        limit = limits.dump(self.server, self.build, first, events)
        self.report(name, events, "raw dump", limit, {"tcp": self.drain(db, events)})

    def _big(self, db):
        self.server.sql(db, _BIG.format(first=1, rows=self.rows))
        return self.rows

    def _small(self, db, per=3):
        """Transactions of three rows each, as an application would write them."""
        self.server.sql(db, f"CALL fill(1, {self.rows // per}, {per})")
        return self.rows // per * per

    def big(self):
        self.catch_up("one big transaction", self._big)

    def small(self):
        self.catch_up("transactions of three rows", self._small)

    def compressed(self):
        """The big transaction once more, as the server compresses it."""
        self.server.sql(None, f"SET GLOBAL {self.COMPRESSION} = ON")
        try:
            self.catch_up("one big transaction, compressed", self._big)
        finally:
            self.server.sql(None, f"SET GLOBAL {self.COMPRESSION} = OFF")

    def snapshot(self):
        db = self.database()
        self._big(db)
        self.server.sql(db, "ANALYZE TABLE bench")
        limit = limits.select(self.server, self.CLIENT, db, self.rows)
        self.report_snapshot("SELECT", limit, [
            (threads, db, {"name": f"{db}-{threads}", "topic.prefix": f"{db}-{threads}"})
            for threads in (1, 2)])

    def memory(self):
        """One transaction that fits into one of Kafka's, and one of five times the rows that goes
        out in several, plain and compressed: what it takes must not grow with it."""
        for compression in ("OFF", "ON"):
            self.server.sql(None, f"SET GLOBAL {self.COMPRESSION} = {compression}")
            print(f"\nmemory: rows in one transaction, compression {compression}")
            for rows, limit in self.MEMORY:
                db = self.database()
                self.prepare(db)
                self.server.sql(db, _BIG.format(first=1, rows=rows * self.rows))
                self.report_memory(db, rows * self.rows, limit)
        self.server.sql(None, f"SET GLOBAL {self.COMPRESSION} = OFF")


class MysqlBench(BinlogBench):
    SERVER, CLIENT, COMPRESSION = Mysql, "mysql", "binlog_transaction_compression"


class MariadbBench(BinlogBench):
    SERVER, CLIENT, COMPRESSION = Mariadb, "mariadb", "log_bin_compress"
    _SETTINGS = {**BinlogBench._SETTINGS, "log_bin_compress_min_len": 10}  # a row's, not an event's
