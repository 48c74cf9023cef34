"""A throwaway PostgreSQL server."""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

import psycopg2

from .cache import postgres17_dir
from .certs import Certs
from .ports import free_port
from .process import GIVE_UP, Process, wait_until
from .scratch import scratch

_SERVER_USER = "postgres"  # the server refuses to run as root
_ADDRESS = ("127.0.0.1", "postgres", "postgres")  # host, user, password
_FAST_AND_LOGICAL = {
    "wal_level": "logical",
    "max_wal_senders": 50,
    "max_replication_slots": 50,
    "max_connections": 200,
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "shared_buffers": "64MB",
    "wal_sender_timeout": "60s",
    "dynamic_shared_memory_type": "mmap",  # nothing left in /dev/shm by a killed server
    "log_min_messages": "log",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "timezone": "UTC",
}

_database_numbers = itertools.count(1)


class Postgres:
    """`with Postgres(17, max_slot_wal_keep_size="1MB") as pg:`

    Superuser postgres, password postgres, scram over TCP, trust over the unix socket.
    """

    kind = "postgres"

    def __init__(self, version=15, *, ssl=False, hba=(), **settings):
        """`ssl`: a certificate from bed.Certs, "expired" and so on too (see use_certificate).

        `hba`: lines that go before the server's own in pg_hba.conf.
        """
        self.version = version
        self.host, self.user, self.password = _ADDRESS
        self.port = free_port()
        self.folder = scratch(f"postgres{version}")
        self.log = self.folder / "server.log"
        self.certs = Certs.shared() if ssl else None
        self._data = self.folder / "data"
        self._hba = hba
        self._settings = {**_FAST_AND_LOGICAL, **settings}
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
        server.host, server.user, server.password = _ADDRESS
        server.log = server.folder / "server.log"
        server.certs = server._process = None
        return server

    # Life cycle

    def start(self):
        if not self._data.exists():
            self._initdb()
        if self._process is None or not self._process.alive():
            self._process = Process(
                [self._program("postgres"), "-D", self._data], self.log,
                user=_SERVER_USER, cwd=self.folder, env=_environment(),
                death_signal=signal.SIGQUIT,  # takes its children along
            )
            wait_until(self._answers, GIVE_UP, f"PostgreSQL to answer: {self.log}", pause=0.03)
        return self

    def stop(self, immediate=False, timeout=GIVE_UP):
        """Fast shutdown (waits for walsenders to hand out what they have), or immediate."""
        if self._process:
            return self._process.stop(signal.SIGQUIT if immediate else signal.SIGINT, timeout)

    def restart(self, immediate=False):
        """Same data, same port."""
        self.stop(immediate)
        return self.start()

    def kill9(self):
        """SIGKILL, as a crash of the machine would; start() recovers."""
        self._process.kill9()

    @property
    def pid(self):
        """Of the postmaster."""
        return self._process.pid

    def reload(self):
        self._process.send(signal.SIGHUP)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop(immediate=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Talking to it

    def dsn(self, db="postgres", tcp=False):
        host = self.host if tcp else self.folder
        return f"host={host} port={self.port} user=postgres password=postgres dbname={db}"

    def connect(self, db="postgres", autocommit=True):
        """A psycopg2 connection: several give transactions that overlap."""
        connection = psycopg2.connect(self.dsn(db))
        connection.autocommit = autocommit
        return connection

    def sql(self, db, text, *parameters):
        """Runs `text`; several statements are one transaction."""
        self._run(db, text, parameters)

    def query(self, db, text, *parameters):
        """The rows, as a list of tuples."""
        return self._run(db, text, parameters)

    def _run(self, db, text, parameters):
        with contextlib.closing(self.connect(db)) as connection, connection.cursor() as cursor:
            cursor.execute(text, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def psql(self, db, text, *options):
        """What psql prints (unaligned, rows only); for its COPY and backslash commands."""
        command = [self._program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                   *options, "-d", self.dsn(db), "-f", "-"]
        done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr}")
        return done.stdout

    def program(self, name):
        """Path of a program of this version: pg_recvlogical, pg_dump …"""
        return self._program(name)

    def database(self, name=None, options=""):
        """A fresh database; `with pg.database() as db:` drops it, its slots included. `options`
        are CREATE DATABASE's."""
        return Database(self, name or f"db{next(_database_numbers)}_{uuid.uuid4().hex[:8]}",
                        options)

    def use_certificate(self, name):
        """Serves another certificate from now on: server, expired, wrong_host, other_ca."""
        certificate = getattr(self.certs, name)
        for source, target in ((certificate.cert, "server.crt"), (certificate.key, "server.key")):
            self._put(target, Path(source).read_text(), 0o600)
        if self._process and self._process.alive():
            self.reload()

    # Inside

    def _program(self, name):
        if self.version == 17:
            return postgres17_dir() / "usr/lib/postgresql/17/bin" / name
        return Path(f"/usr/lib/postgresql/{self.version}/bin") / name

    def _initdb(self):
        _give(self.folder)
        self._put("password", self.password, 0o644, self.folder)
        Process(
            [self._program("initdb"), "-D", self._data, "-U", self.user, "-N", "-E", "UTF8",
             "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256",
             f"--pwfile={self.folder / 'password'}", "--no-instructions"],
            self.log, user=_SERVER_USER, cwd=self.folder, env=_environment(),
        ).wait()
        if not (self._data / "global/pg_control").exists():
            raise RuntimeError(f"initdb failed:\n{self.log.read_text()}")
        hba = self._data / "pg_hba.conf"
        hba.write_text("\n".join([*self._hba, hba.read_text()]))
        self._write_settings()

    def _write_settings(self):
        settings = dict(self._settings, port=self.port, listen_addresses=self.host,
                        unix_socket_directories=self.folder)
        if self.certs:
            self.use_certificate("server")
            settings["ssl"] = "on"
        lines = (f"{name} = '{str(value)}'\n" for name, value in settings.items())
        with open(self._data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.writelines(lines)

    def _put(self, name, text, mode, folder=None):
        path = (folder or self._data) / name
        path.write_text(text)
        path.chmod(mode)
        _give(path)

    def _answers(self):
        if not self._process.alive():
            raise RuntimeError("PostgreSQL didn't start\n" + self._process.tail())
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True


class Database:
    """One database of a server, with what a test needs to say about it."""

    def __init__(self, server, name, options=""):
        self.server, self.name = server, name
        # Not from template1, which has visitors: CREATE DATABASE waits for them.
        options = options or "TEMPLATE template0"
        server.sql("postgres", f'CREATE DATABASE "{name}" {options}')

    def sql(self, text, *parameters):
        self.server.sql(self.name, text, *parameters)

    def query(self, text, *parameters):
        return self.server.query(self.name, text, *parameters)

    def value(self, text, *parameters):
        """The first column of the first row."""
        return self.query(text, *parameters)[0][0]

    def psql(self, text, *options):
        return self.server.psql(self.name, text, *options)

    def connect(self, autocommit=True):
        return self.server.connect(self.name, autocommit)

    def dsn(self, tcp=False):
        return self.server.dsn(self.name, tcp)

    def slots(self):
        return [name for (name,) in self.query(
            "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()")]

    def drop(self):
        """Drops its slots too, which would keep it, and WAL, for good."""
        for slot in self.slots():
            self.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                     " WHERE slot_name = %s AND active_pid IS NOT NULL", slot)
            wait_until(lambda slot=slot: self._drop_slot(slot), what=f"slot {slot} to be dropped")
        self.server.sql("postgres", f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _drop_slot(self, slot):
        try:
            self.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                     " WHERE slot_name = %s", slot)
        except psycopg2.errors.ObjectInUse:
            return False
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drop()


def _environment():
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}


def _give(path):
    if os.getuid() == 0:
        shutil.chown(path, _SERVER_USER, _SERVER_USER)
