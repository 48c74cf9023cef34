"""TLS and authentication against real MySQL and MariaDB servers."""

import contextlib
import socket
import threading

import pytest

from bed import Certs, Mariadb, Mysql, Tailrace, connector, wait_until, worker
from bed.process import GIVE_UP

_TABLE = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)"
_MODES = {"mysql": ("required", "verify_ca", "verify_identity"),
          "mariadb": ("trust", "verify-ca", "verify-full")}


@pytest.fixture(scope="module", params=[Mysql, Mariadb], ids=["mysql", "mariadb"])
def tls_server(request):
    with request.param(ssl=True) as server:
        yield server


@pytest.fixture
def tls_db(tls_server, name):
    with tls_server.database(name) as database:
        database.sql(_TABLE)
        yield database
    if tls_server._ssl != "server":
        tls_server.use_certificate("server")


@pytest.fixture
def over_tls(tls_db, kafka, name):
    """strict: 0 to 2, the modes that ask for TLS in rising order."""
    def make(strict=2, ca="ca", **changes):
        mode = _MODES[tls_db.server.kind][strict]
        changes = {"database_ssl_mode": mode, "database_hostname": "localhost",
                   "database_ssl_truststore": getattr(Certs.shared(), ca).cert if ca else None,
                   **changes}
        return Tailrace(connector(tls_db, **changes), worker=worker(kafka, group=name))

    return make


@pytest.mark.parametrize("strict", [0, 1, 2])
def test_tls(over_tls, tls_db, kafka, name, strict):
    with over_tls(strict) as engine:
        engine.wait_streaming()
        assert len(kafka.consume(rf"{name}[.]{name}[.]t", 1)) == 1
        # the server keeps that of the test before until it has something to send
        wait_until(lambda: len(tls_db.server.dumps()) == 1)
        engine.stop()


def test_wrong_ca(over_tls, fails):
    for strict in (1, 2):
        error = fails(over_tls(strict, ca="other_ca"))
        assert "certificate" in error and "database.ssl.truststore" in error


def test_the_systems_authorities_are_no_friends_of_ours(over_tls, fails):
    for strict in (1, 2):
        assert "certificate" in fails(over_tls(strict, ca=None))


def test_wrong_host(over_tls, tls_server, kafka, name, fails):
    tls_server.use_certificate("wrong_host")
    error = fails(over_tls(2))
    assert "database.ssl.mode" in error
    with over_tls(1) as engine:  # which doesn't ask for the name
        engine.wait_streaming()


def test_expired(over_tls, tls_server, fails):
    if tls_server.kind == "mysql":
        return  # it does not start with such a certificate: there is nothing to connect to
    tls_server.use_certificate("expired")
    assert "certificate" in fails(over_tls(1))


def test_client_certificate(over_tls, tls_db, kafka, name, fails):
    user = f"x509_{tls_db.server_id}"
    server = tls_db.server
    server.sql(None, f"CREATE USER {user} IDENTIFIED BY 'secret' REQUIRE SUBJECT '/CN=tailrace';"
               f"GRANT {server.privileges} ON *.* TO {user}")
    login = {"database_user": user, "database_password": "secret"}
    assert user in fails(over_tls(2, **login))
    with over_tls(2, database_ssl_keystore=Certs.shared().client.both, **login) as engine:
        engine.wait_streaming()
        assert len(kafka.consume(rf"{name}[.]{name}[.]t", 1)) == 1


def test_no_tls(tailrace, binlog_db, fails):
    """The shared servers have none: who asks for it gets no connection, and sends no password."""
    binlog_db.sql(_TABLE)
    mode = _MODES[binlog_db.server.kind][0]
    error = fails(tailrace(database_ssl_mode=mode))
    assert "does not support TLS" in error and "database.ssl.mode" in error


def test_who_may_not_come_in(tailrace, binlog_db, fails):
    error = fails(tailrace(database_password="wrong"))
    assert "Access denied" in error and "database.password" in error and "wrong" not in error


def test_who_may_not_read_the_log(tailrace, binlog_db, fails):
    user = f"poor_{binlog_db.server_id}"
    binlog_db.server.sql(
        None, f"CREATE USER {user} IDENTIFIED BY 'p'; GRANT SELECT ON *.* TO {user}")
    error = fails(tailrace(database_user=user, database_password="p"))
    assert "privilege" in error


@pytest.mark.parametrize("password", ["", "secret", "ünï'\"\\ code" * 3])
def test_full_authentication_without_tls(tailrace, mysql_db, topics, password):
    """caching_sha2_password without a cached login: the password goes encrypted by the server's
    key. By default (preferred) as with TLS off."""
    mysql_db.sql(_TABLE)
    for mode in ("preferred", "disabled"):
        user = f"sha_{mode[:4]}_{mysql_db.server_id}"
        mysql_db.server.sql(None, f"CREATE USER {user} IDENTIFIED BY %s", password)
        mysql_db.server.sql(None, f"GRANT {mysql_db.server.privileges} ON *.* TO {user}")
        with tailrace(database_user=user, database_password=password or None,
                      database_ssl_mode=mode, snapshot_mode="no_data") as engine:
            engine.wait_streaming()


class _Greedy(threading.Thread):
    """A server without TLS that asks for the password by a plugin; keeps what it hears."""

    def __init__(self, plugin):
        super().__init__(daemon=True)
        self.plugin, self.heard = plugin.encode(), b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        client, _ = self.socket.accept()
        with client:
            client.settimeout(GIVE_UP)
            self._send(client, 0, b"\x0a9.7.4\0" + b"\1\0\0\0" + b"12345678\0" + b"\0\x82"
                       + b"\x21\2\0" + b"\x0f\0\x15" + bytes(10) + b"123456789012\0"
                       + b"mysql_native_password\0")
            self._hear(client)
            self._send(client, 2, b"\xfe" + self.plugin + b"\0" + b"12345678901234567890\0")
            self._hear(client)

    def _send(self, client, number, payload):
        client.sendall(len(payload).to_bytes(3, "little") + bytes([number]) + payload)

    def _hear(self, client):
        with contextlib.suppress(OSError):
            self.heard += client.recv(4096)


@pytest.mark.parametrize("plugin", ["mysql_clear_password", "dialog"])
def test_a_server_that_wants_clear_text(tailrace, mysql_db, fails, plugin):
    greedy = _Greedy(plugin)
    error = fails(tailrace(database_port=greedy.port, database_password="secret"))
    greedy.join(GIVE_UP)
    assert "plugin" in error.lower() and "secret" not in error
    assert greedy.heard and b"secret" not in greedy.heard


def test_the_wrong_product(tailrace, binlog_db, fails):
    other = "mariadb" if binlog_db.server.kind == "mysql" else "mysql"
    error = fails(tailrace(connector_class=other))
    assert f"connector.class={binlog_db.server.kind}" in error
