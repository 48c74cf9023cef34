"""Throwaway MySQL and MariaDB servers. What they share is in _Server."""

import contextlib
import itertools
import os
import shutil
import signal
import uuid
import zlib
from pathlib import Path

import pymysql
from pymysql.constants import CLIENT, ER

from .cache import mariadb11_dir, mysql9_dir
from .certs import Certs
from .ports import free_port
from .process import GIVE_UP, Process, wait_until
from .scratch import scratch

_SERVER_USER = "nobody"  # the servers refuse to run as root
_FAST = {
    "server_id": 1,
    "log_bin": "binlog",
    "sync_binlog": 0,
    "innodb_flush_log_at_trx_commit": 2,  # to the file at each commit: kill9() loses nothing
    "innodb_flush_method": "nosync",
    "innodb_doublewrite": "ON",  # SIGKILL can end the write of a page after some of its 4 KB
    "innodb_use_native_aio": "OFF",  # many servers at once exhaust the kernel's contexts
    "innodb_buffer_pool_size": "64M",
    "max_connections": 200,
    "max_allowed_packet": "64M",
    "skip_name_resolve": "ON",
    "local_infile": "ON",
    "secure_file_priv": "",
    "default_time_zone": "+00:00",
    "character_set_server": "utf8mb4",
}

_database_numbers = itertools.count(1)


class _Server:
    """root without a password over the unix socket; over TCP user "tailrace", password
    "tailrace", who may do what a connector needs and no more.

    Settings are the server's own (my.cnf), on top of _FAST and of the class's.
    """

    user, password = "tailrace", "tailrace"
    host = "127.0.0.1"

    def __init__(self, version=None, *, ssl=False, **settings):
        """`ssl`: True, or the name of one of bed.Certs: "expired" and so on."""
        self.version = version or self.versions[0]
        self.port = free_port()
        self.folder = scratch(f"{self.kind}{self.version}")
        self.log = self.folder / "server.log"
        self.certs = Certs.shared() if ssl else None
        self._ssl = ssl if isinstance(ssl, str) else "server"
        self._data = self.folder / "data"
        self._settings = {**_FAST, **self._own, **settings}
        self._process = None

    def address(self):
        """What another process of ours needs for at(). Plain data."""
        return {"version": self.version, "port": self.port, "folder": str(self.folder)}

    @classmethod
    def at(cls, address):
        """The server of another process: everything but starting and stopping it."""
        server = cls.__new__(cls)
        server.version, server.port = address["version"], address["port"]
        server.folder = Path(address["folder"])
        server.log = server.folder / "server.log"
        server.certs = server._process = None
        return server

    # Life cycle

    def start(self):
        new = not self._data.exists()
        if new:
            _give(self.folder)
            self._write_settings()
            self._initialize()
        if self._process is None or not self._process.alive():
            self._process = Process([self._program(self._daemon), self._defaults()], self.log,
                                    user=_SERVER_USER, cwd=self.folder, env=_environment())
            wait_until(self._answers, GIVE_UP, f"{self.kind} to answer: {self.log}", pause=0.03)
        if new:
            self._create_user()
        return self

    def stop(self, timeout=GIVE_UP):
        """An orderly shutdown."""
        if self._process:
            return self._process.stop(signal.SIGTERM, timeout)

    def restart(self, **settings):
        """Same data, same port; `settings` are added to the server's."""
        self.stop()
        self._settings.update(settings)
        self._write_settings()
        return self.start()

    def kill9(self):
        """SIGKILL, as a crash of the machine would; start() recovers."""
        self._process.kill9()

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self._process and self._process.alive():
            self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Talking to it

    def connect(self, db=None, autocommit=True, **options):
        """A PyMySQL connection of root's: several give transactions that overlap."""
        options = {"client_flag": CLIENT.MULTI_STATEMENTS, "charset": "utf8mb4", **options}
        return pymysql.connect(unix_socket=str(self._socket()), user="root", database=db,
                               autocommit=autocommit, local_infile=True, **options)

    def sql(self, db, text, *parameters):
        """Runs `text`: several statements, each a transaction of its own unless it says BEGIN."""
        self._run(db, text, parameters)

    def query(self, db, text, *parameters):
        """The rows of the last statement, as a list of tuples."""
        return self._run(db, text, parameters)

    def value(self, text, *parameters):
        """The first column of the first row; of no database."""
        return self.query(None, text, *parameters)[0][0]

    def _run(self, db, text, parameters):
        with contextlib.closing(self.connect(db)) as connection, connection.cursor() as cursor:
            cursor.execute(text, parameters or None)
            rows = cursor.fetchall()
            while cursor.nextset():
                rows = cursor.fetchall()
            return list(rows)

    def program(self, name):
        """Path of a program of this version: mysqlbinlog or mariadb-binlog …"""
        return self._program(name)

    def database(self, name=None, options=""):
        """A fresh database; `with server.database() as db:` drops it. `options` are CREATE
        DATABASE's."""
        return Database(self, name or f"db{next(_database_numbers)}_{uuid.uuid4().hex[:8]}",
                        options)

    # The binlog

    def fresh_binlog(self):
        """All binlogs and GTIDs forgotten; writing starts at the first file."""
        self.sql(None, self._reset)

    def flush_binlog(self):
        """The next file begins."""
        self.sql(None, "FLUSH BINARY LOGS")

    def purge_binlogs(self):
        """Only the file that is being written stays."""
        self.flush_binlog()
        wait_until(self._purge, what="the binlogs to be purged")

    def binlogs(self):
        """Paths of the files, oldest first."""
        return [self._data / row[0] for row in self.query(None, "SHOW BINARY LOGS")]

    def position(self):
        """(file, position) of the binlog's end."""
        return self.query(None, self._status)[0][:2]

    def dumps(self):
        """Connection ids of those who read the binlog."""
        return [row[0] for row in self.query(None, "SHOW PROCESSLIST") if "Binlog Dump" in row[4]]

    def end_session(self, session):
        """By its id. It may be gone meanwhile."""
        try:
            self.sql(None, f"KILL {session}")
        except pymysql.MySQLError as error:
            if error.args[0] != ER.NO_SUCH_THREAD:
                raise

    def use_certificate(self, name):
        """Serves another certificate from now on: server, expired, wrong_host, other_server."""
        self._ssl = name  # MySQL takes any at its start, and only good ones later
        self.restart()

    # Inside

    def _purge(self):
        """MariaDB keeps a file until a background thread has noted that it is done."""
        self.sql(None, "PURGE BINARY LOGS TO %s", self.binlogs()[-1].name)
        return len(self.binlogs()) == 1

    def _socket(self):
        return self.folder / "sock"

    def _defaults(self):
        return f"--defaults-file={self.folder / 'my.cnf'}"

    def _write_settings(self):
        settings = dict(
            self._settings, datadir=self._data, port=self.port, bind_address=self.host,
            socket=self._socket(), pid_file=self.folder / "pid", tmpdir=self.folder,
            lc_messages_dir=self._root() / "usr/share/mysql")
        if self.certs:
            self._put_certificate()
            settings.update(ssl_ca=self.certs.ca.cert, ssl_cert=self.folder / "server.crt",
                            ssl_key=self.folder / "server.key")
        lines = (f"{name} = {value}\n" for name, value in settings.items() if value is not None)
        (self.folder / "my.cnf").write_text("[mysqld]\n" + "".join(lines))

    def _put_certificate(self):
        certificate = getattr(self.certs, self._ssl)
        for source, target in ((certificate.cert, "server.crt"), (certificate.key, "server.key")):
            path = self.folder / target
            path.write_text(Path(source).read_text())
            path.chmod(0o600)
            _give(path)

    def _run_once(self, *argv):
        process = Process(argv, self.log, user=_SERVER_USER, cwd=self.folder, env=_environment())
        if process.wait() != 0:
            raise RuntimeError(f"{self.kind} could not be initialized\n" + process.tail())

    def _create_user(self):
        """Not in the binlog, which starts afresh: a test's own statements are all it has."""
        self.sql(None, f"CREATE USER {self.user} IDENTIFIED BY '{self.password}';"
                 f"GRANT {self.privileges} ON *.* TO {self.user}")
        self.fresh_binlog()

    def _answers(self):
        if not self._process.alive():
            raise RuntimeError(f"{self.kind} didn't start\n" + self._process.tail())
        try:
            self.connect().close()
        except pymysql.OperationalError:
            return False
        return True


class Mysql(_Server):
    """`with Mysql(binlog_row_image="MINIMAL") as mysql:`. MySQL 9 with GTIDs; TLS only if asked
    for, then by the certificates of bed.Certs.
    """

    kind, versions = "mysql", ("9",)
    privileges = ("SELECT, RELOAD, SHOW DATABASES, LOCK TABLES, REPLICATION SLAVE,"
                  " REPLICATION CLIENT, XA_RECOVER_ADMIN")
    _daemon = "mysqld"
    _own = {
        "gtid_mode": "ON",
        "enforce_gtid_consistency": "ON",
        "innodb_redo_log_capacity": "128M",
        "mysqlx": "OFF",
        "auto_generate_certs": "OFF",
    }
    _reset = "RESET BINARY LOGS AND GTIDS"
    _status = "SHOW BINARY LOG STATUS"

    def gtids(self):
        """The executed GTID set."""
        return self.value("SELECT @@GLOBAL.gtid_executed").replace("\n", "")

    def _root(self):
        return mysql9_dir()

    def _program(self, name):
        return self._root() / ("usr/sbin" if name == self._daemon else "usr/bin") / name

    def _initialize(self):
        self._run_once(self._program(self._daemon), self._defaults(), "--initialize-insecure",
                       "--skip-log-bin")


class Mariadb(_Server):
    """`with Mariadb(log_bin_compress="ON") as mariadb:`, version "10.11" or "11"."""

    kind, versions = "mariadb", ("10.11", "11")
    privileges = ("SELECT, RELOAD, SHOW DATABASES, LOCK TABLES, REPLICATION SLAVE,"
                  " BINLOG MONITOR")
    _daemon = "mariadbd"
    _own = {"binlog_format": "ROW", "innodb_log_file_size": "128M"}
    _reset = "RESET MASTER"
    _status = "SHOW MASTER STATUS"

    def gtids(self):
        """The binlog's newest GTID per domain."""
        return self.value("SELECT @@GLOBAL.gtid_binlog_pos")

    def _root(self):
        return mariadb11_dir() if self.version == "11" else Path("/")

    def _program(self, name):
        return self._root() / ("usr/sbin" if name == self._daemon else "usr/bin") / name

    def _initialize(self):
        # The script writes the system tables; it wants nothing of the server's configuration.
        self._run_once(self._program("mariadb-install-db"), "--no-defaults",
                       f"--basedir={self._root() / 'usr'}", f"--datadir={self._data}",
                       "--auth-root-authentication-method=normal", "--skip-test-db",
                       "--skip-name-resolve", "--innodb-use-native-aio=0",
                       f"--tmpdir={self.folder}")


class Database:
    """One database of a server, with what a test needs to say about it."""

    def __init__(self, server, name, options=""):
        self.server, self.name = server, name
        server.sql(None, f"CREATE DATABASE `{name}` {options}")

    @property
    def server_id(self):
        """For a connector's database.server.id: another for each database."""
        return 1000 + zlib.crc32(self.name.encode()) % (1 << 30)

    def sql(self, text, *parameters):
        self.server.sql(self.name, text, *parameters)

    def query(self, text, *parameters):
        return self.server.query(self.name, text, *parameters)

    def value(self, text, *parameters):
        """The first column of the first row."""
        return self.query(text, *parameters)[0][0]

    def connect(self, autocommit=True, **options):
        return self.server.connect(self.name, autocommit, **options)

    def drop(self):
        self.server.sql(None, f"DROP DATABASE IF EXISTS `{self.name}`")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drop()


def _environment():
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}


def _give(path):
    if os.getuid() == 0:
        shutil.chown(path, _SERVER_USER)
