"""Connectors from files: SIGHUP, secrets, what the service manager hears."""

import json
import os
import re
import signal
import socket
import time

import pytest

from bed import Rest, Tailrace, connector, wait_until, worker
from bed.ports import free_port


def _table(db, table="t"):
    db.sql(f"CREATE TABLE {table} (id int PRIMARY KEY, v text); "
           f"INSERT INTO {table} VALUES (1, 'a')")


@pytest.fixture
def engine(kafka, name, tmp_path):
    """Makes a tailrace whose connectors stand in one .conf, so that files may come and go."""
    class Conf(Tailrace):
        def argv(self):
            lines = ["[worker]"] + [f"{key}={value}" for key, value in self.worker.items()]
            for connector_ in self.connectors:
                lines.append(f"[connector {connector_['name']}]")
                lines += [f"{key}={value}" for key, value in connector_.items() if key != "name"]
            (self.folder / "tailrace.conf").write_text("\n".join(lines) + "\n")
            return [self._binary, self.command, *self.args, self.folder / "tailrace.conf"]

        def reload(self):
            self.argv()
            self.process.send(signal.SIGHUP)

    def make(*connectors, **more):
        changes = more.pop("set_worker", {})
        return Conf(*connectors, worker=worker(kafka, group=name, **changes), **more)

    return make


def _states(engine, name):
    return re.findall(rf'connector={name} msg="connector state" state=(\w+)', engine.log)


def test_sighup_takes_the_files_anew(engine, db, kafka, name):
    """One goes, one comes, one is changed, one is left alone."""
    _table(db)
    db.sql(f"CREATE PUBLICATION {db.name} FOR ALL TABLES")  # else each of three would make it
    names = [f"{db.name}_{letter}" for letter in "abcd"]
    a, b, c, d = (connector(db, each, **{"publication.name": db.name}) for each in names)
    with engine(a, b, c) as tailrace:
        for each in names[:3]:
            kafka.consume(f"{each}.public.t", 1)
        b["tombstones.on.delete"] = "false"
        tailrace.connectors = [b, c, d]
        tailrace.reload()
        tailrace.wait_log("the files were read again")
        kafka.consume(f"{names[3]}.public.t", 1)
        wait_until(lambda: _states(tailrace, names[0]) == ["RUNNING", "STOPPED"])
        wait_until(lambda: _states(tailrace, names[1]) == ["RUNNING", "STOPPED", "RUNNING"])
        assert _states(tailrace, names[2]) == ["RUNNING"]
        db.sql("INSERT INTO t VALUES (2, 'b')")
        for each in names[1:]:
            kafka.consume(f"{each}.public.t", 2)
        assert tailrace.stop() == 0


def test_wrong_files_change_nothing(engine, db, kafka):
    _table(db)
    with engine(connector(db)) as tailrace:
        kafka.consume(f"{db.name}.public.t", 1)
        tailrace.connectors[0]["snapshot.mode"] = "sometimes"
        tailrace.reload()
        assert "snapshot.mode" in tailrace.wait_log("the files are not taken over.*").group()
        db.sql("INSERT INTO t VALUES (2, 'b')")
        kafka.consume(f"{db.name}.public.t", 2)
        assert _states(tailrace, db.name) == ["RUNNING"]


def test_a_changed_password_counts_at_the_next_reconnect(engine, pg, db, kafka, name, tmp_path):
    _table(db)
    user = f"u{os.getpid()}"
    secrets = tmp_path / "secrets.properties"
    secrets.write_text("pw=first-secret\n")
    pg.sql("postgres", f"CREATE ROLE {user} LOGIN SUPERUSER REPLICATION PASSWORD 'first-secret'")
    password = f"${{file:{secrets}:pw}}"
    config = connector(db, **{"database.user": user, "database.password": password})
    with engine(config) as tailrace:
        kafka.consume(f"{db.name}.public.t", 1)
        tailrace.wait_streaming()  # no more connections with the first password
        secrets.write_text("pw=second-secret\n")
        pg.sql("postgres", f"ALTER ROLE {user} PASSWORD 'second-secret'")
        db.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{user}'")
        tailrace.wait_log("state=RESTARTING")
        db.sql("INSERT INTO t VALUES (2, 'b')")
        kafka.consume(f"{db.name}.public.t", 2)
        assert "state=FAILED" not in tailrace.log
        assert "second-secret" not in tailrace.log
    db.sql(f"DROP OWNED BY {user} CASCADE; DROP ROLE {user}")


class _Manager:
    """What systemd would hear."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.setblocking(False)
        self.heard = ""

    def hears(self, text):
        try:
            while True:
                self.heard += self._socket.recv(4096).decode() + "\n"
        except BlockingIOError:
            return text in self.heard


def test_the_service_manager_is_told(engine, db, kafka, tmp_path):
    _table(db)
    manager = _Manager(tmp_path)
    env = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "2000000"}
    with engine(connector(db), env=env) as tailrace:
        tailrace.wait_streaming()
        wait_until(lambda: manager.hears("READY=1"))
        wait_until(lambda: manager.hears("STATUS=1 connectors: 0 failed"))
        wait_until(lambda: manager.hears("WATCHDOG=1"))
        before, since = manager.heard.count("WATCHDOG=1"), time.monotonic()
        wait_until(lambda: manager.hears("") and manager.heard.count("WATCHDOG=1") >= before + 4)
        assert time.monotonic() - since < 4 * 2  # it takes half of the time that it has
        tailrace.process.send(signal.SIGHUP)
        wait_until(lambda: manager.hears("RELOADING=1"))
        tailrace.stop()
        assert manager.hears("STOPPING=1")


def test_many_processes_share_a_machine(db, kafka, name, tmp_path):
    """The default port may be another's: then it goes without, unless it was asked for."""
    _table(db)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8083))
            taken.listen()
        except OSError:
            pass  # somebody has it already
        config = worker(kafka, group=name)
        del config["listeners"]
        with Tailrace(connector(db), worker=config) as tailrace:
            tailrace.wait_streaming()
            assert "8083" in tailrace.log
            assert tailrace.stop() == 0
    port = free_port()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of a connection before
        taken.bind(("127.0.0.1", port))
        taken.listen()
        config["listeners"] = f"http://127.0.0.1:{port}"
        done = Tailrace(connector(db), worker=config).run()
        assert done.returncode == 1 and str(port) in done.stderr


def test_a_declared_connector_over_rest(engine, db, kafka, name):
    """It may be paused and stopped; what it is belongs to its file."""
    _table(db)
    port = free_port()
    rest = Rest(port)
    with engine(connector(db), set_worker={"listeners": f"http://127.0.0.1:{port}"}) as tailrace:
        rest.wait_ready().wait(db.name, "RUNNING", "RUNNING")
        assert rest.delete(f"/connectors/{db.name}").status == 400
        shown = rest.get(f"/connectors/{db.name}/config").json
        assert shown["connector.class"] and db.server.password not in json.dumps(
            {key: value for key, value in shown.items() if "password" in key})
        rest.put(f"/connectors/{db.name}/pause")
        rest.wait(db.name, "PAUSED", "PAUSED")
        assert tailrace.alive()
        tailrace.restart()
        rest.wait_ready().wait(db.name, "RUNNING", "RUNNING")
