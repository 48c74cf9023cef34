"""A case on MySQL or MariaDB. The binlog is the server's, and so are the settings that cases
change: each has a server to itself, made as good as new before."""
import re
import time
import zlib
from contextlib import closing, contextmanager

import pymysql
from confluent_kafka import Producer

from bed import Mariadb, Mysql
from engine import TIMEOUT, Run
from scope import HERE

#: As those of the recordings: server id and file names are compared as they are.
SERVERS = {
    "mysql": lambda: Mysql(server_id=3501, log_bin="mysql-bin"),
    "mariadb": lambda: Mariadb(server_id=3502, log_bin="maria-bin", character_set_server="latin1"),
}
_CLASSES = {"mysql": "io.debezium.connector.mysql.MySqlConnector",
            "mariadb": "io.debezium.connector.mariadb.MariaDbConnector"}
_OURS = ("mysql", "sys", "performance_schema", "information_schema")
_BASE = """time_zone='SYSTEM', binlog_format='ROW', binlog_row_image='FULL',
    binlog_row_metadata='FULL', explicit_defaults_for_timestamp=ON, foreign_key_checks=ON,
    event_scheduler=OFF, local_infile=ON, sql_mode=DEFAULT"""
_SETTINGS = {
    "mysql": _BASE + """, binlog_row_value_options='', binlog_transaction_compression=OFF,
    binlog_rows_query_log_events=OFF, sql_generate_invisible_primary_key=OFF""",
    "mariadb": _BASE + """, log_bin_compress=OFF, log_bin_compress_min_len=256,
    binlog_annotate_row_events=ON, system_versioning_insert_history=OFF""",
}
_GTID_MODES = ("OFF", "OFF_PERMISSIVE", "ON_PERMISSIVE", "ON")
_DDL = re.compile(r"\s*(?:/\*.*?\*/\s*|/\*!\d*\s*)?(?:ALTER|CREATE|DROP|RENAME)\b", re.I)
_QUIET, _SLOW = 1.0, 8.0  # seconds without a record that end a wait; before all are there


class BinlogRun(Run):
    def __init__(self, *arguments):
        self._connections, self._position, self._seen = {}, {}, 0
        super().__init__(*arguments)

    def values(self):
        return {"HOST": self.server.host, "PORT": self.server.port, "USER": self.server.user,
                "PASSWORD": self.server.password, "DB": self.case.database,
                "SERVER_ID": 6000 + zlib.crc32(self.case.name.encode()) % 1000000,
                "BOOTSTRAP": self.kafka.bootstrap, "CONNECTOR_CLASS": _CLASSES[self.server.kind],
                "DATA": HERE / "mysql"}

    @contextmanager
    def world(self):
        with closing(self.server.connect()) as self._admin:
            self._reset()
            if "before" not in [word for word, _, _ in self.case.steps]:
                self._new_database()
            with self.kafka.reader(f"{self.case.name}-offsets") as self._positions, \
                    self.kafka.reader(self.topics()) as self._records:
                yield
            self._close()

    def _reset(self):
        for session in self.server.dumps():  # whose reader is gone: the server hasn't noticed
            self.server.end_session(session)
        for *_, xid in self._ask("XA RECOVER"):
            self._ask("XA ROLLBACK %s", xid)  # one that is left over keeps its database
        for database, in self._ask("SHOW DATABASES"):
            if database not in _OURS:
                self._ask(f"DROP DATABASE `{database}`")
        for setting in _SETTINGS[self.server.kind].split(","):
            self._ask(f"SET GLOBAL {setting.strip()}")
        if self.server.kind == "mysql":
            at = _GTID_MODES.index(self._ask("SELECT @@GLOBAL.gtid_mode")[0][0])
            for mode in _GTID_MODES[at + 1:]:
                self._ask(f"SET GLOBAL gtid_mode={mode}")

    def _new_database(self):
        self._close()
        self._ask("CREATE USER IF NOT EXISTS dbz")  # whom a case gives a privilege
        if self.case.config.keys() & {"signal.data.collection", "heartbeat.action.query"}:
            self._ask(f"GRANT INSERT, DELETE ON `{self.case.database}`.* TO {self.server.user}")
        self.server.fresh_binlog()
        self.server.sql(None, f"CREATE DATABASE `{self.case.database}` CHARACTER SET utf8mb4")

    def _ask(self, query, *parameters):
        with self._admin.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall()

    # Steps

    def step(self, word, argument):
        if word == "stop":
            self.sync()
        if word == "setup":
            self._new_database()
        if word == "fresh-binlog":
            self.server.fresh_binlog()
        if word == "kafka":
            topic, key, value = self.fill(argument).split(" ", 2)
            if topic not in self.kafka.topics():
                self.kafka.create_topic(topic)
            producer = Producer({"bootstrap.servers": self.kafka.bootstrap})
            producer.produce(topic, key=key, value=value)
            producer.flush(TIMEOUT)
        if word == "create":
            self._close()  # what the setup told its connection is over
        super().step(word, argument)

    def streaming(self):
        """The snapshot is committed, and changes from now on come as such."""
        if "no-stream" in self.case.flags:
            self.wait(lambda: False, "end")
        else:
            self.wait(self.engine.streaming, "stream")

    def sync(self):
        """Until the committed position is that of the server; or, where it stays behind because
        nothing that followed was for this connector, until nothing has come for a while."""
        gtids, place = self.server.gtids(), self.server.position()
        last = time.monotonic()

        def delivered():
            nonlocal last
            for record in self._positions.read(quiet=0):
                if record.value and b'"file"' in record.value:
                    self._position = record.json
            if new := len(self._records.read(quiet=0)):
                self._seen += new
                last = time.monotonic()
            if self._covers(gtids, place):
                return True
            return time.monotonic() - last > (_QUIET if self._seen >= self.expected else _SLOW)

        self.wait(delivered, f"deliver all up to {place} {gtids}")

    def _covers(self, gtids, place):
        if gtids and "gtids" in self._position:
            return self._position["gtids"] == gtids
        return (self._position.get("file", ""), self._position.get("pos", 0)) >= place

    # SQL

    def sql(self, text):
        for words, statement in _statements(self.fill(text)):
            only = [w for w in words if w in ("mysql", "mariadb")]
            if only and self.server.kind not in only:
                continue
            number = next((w.split()[1] for w in words if w.startswith("on ")), "1")
            try:
                with self._connection(number).cursor() as cursor:
                    cursor.execute(statement)
                    while cursor.nextset():
                        pass
            except pymysql.MySQLError as error:
                self.outcome.sql_errors.append(str(error))
            if "paced" in self.case.flags and _DDL.match(statement) and self.engine.started():
                self.sync()

    def _connection(self, number):
        if number not in self._connections:
            known = [name for name, in self._ask("SHOW DATABASES")]
            db = self.case.database if self.case.database in known else None
            self._connections[number] = self.server.connect(db)
        return self._connections[number]

    def _close(self):
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()


def _statements(text):
    """([directive], statement) of each; a line that ends with the delimiter ends it"""
    words, lines, delimiter = [], [], ";"
    for line in text.split("\n"):
        bare = line.strip()
        if not lines and bare.startswith("-- @"):
            words.append(bare[4:])
        elif not lines and bare.upper().startswith("DELIMITER "):
            delimiter = bare.split(None, 1)[1]
        elif lines or (bare and not bare.startswith("--")):
            lines.append(line)
            if bare.endswith(delimiter):
                yield words, "\n".join(lines).strip()[:-len(delimiter)].rstrip()
                words, lines = [], []
    if "".join(lines).strip():
        yield words, "\n".join(lines).strip()
