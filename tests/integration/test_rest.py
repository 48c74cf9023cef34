"""The REST API as a server: listeners, TLS, passwords, limits. What it answers is the business of
tests/golden/rest."""

import base64
import http.client
import json
import socket
import ssl
import subprocess

import pytest
from bed import Certs, Rest, Tailrace, connector, stored, to_stdout, wait_until
from bed.ports import free_port
from bed.process import GIVE_UP

NOBODY = {"Accept": "application/json"}


def ask(port, path, *, method="GET", body=None, headers=None, tls=None, timeout=GIVE_UP):
    """(status, headers, text)"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    if tls:
        connection = http.client.HTTPSConnection("localhost", port, context=tls, timeout=timeout)
    try:
        connection.request(method, path, body, {**NOBODY, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def healthy(port, **more):
    def reached():
        try:
            return ask(port, "/health", **more)[0] == 200
        except OSError:
            return False

    wait_until(reached, what="the REST API")


@pytest.fixture
def run(db, tmp_path):
    """run(listeners=…): a worker with one connector to stdout."""
    running = []

    def start(wait=True, secret="postgres", **settings):
        # a worker's file for its own sake: nothing here wants Kafka
        config = connector(db, **to_stdout(tmp_path), database_password=secret)
        engine = Tailrace(config, worker={key.replace("_", "."): str(value)
                                          for key, value in settings.items()})
        running.append(engine)
        engine.start()
        if wait:
            engine.wait_log("REST API")
        return engine

    yield start
    for engine in running:
        if engine.alive():
            engine.stop()


def at(port):
    return f"http://127.0.0.1:{port}"


def test_listeners_and_the_worker_s_id(run, db):
    one, other = free_port(), free_port()
    run(listeners=f"{at(one)},http://localhost:{other}")
    for port in (one, other):
        healthy(port)
        assert ask(port, "/connectors")[2] == json.dumps([db.name])
    status = json.loads(ask(one, f"/connectors/{db.name}/status")[2])
    assert status["connector"]["worker_id"] == f"127.0.0.1:{one}"
    with pytest.raises(ConnectionRefusedError):  # nowhere else
        socket.create_connection((_address(), one), 5).close()


def _address():
    """One of this host's that isn't loopback's; where there is none, one that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.2"


def test_a_taken_port(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        engine = run(wait=False, listeners=at(taken.getsockname()[1]))
        assert engine.wait() == 1
        assert "can't listen at 127.0.0.1, port" in engine.log


def test_no_listener(run):
    engine = run(wait=False, listeners="")
    engine.wait_streaming()
    assert "REST API" not in engine.log


def test_administration_elsewhere(run):
    main, admin = free_port(), free_port()
    run(listeners=at(main), admin_listeners=at(admin))
    healthy(main)
    assert ask(main, "/admin/loggers")[0] == 404
    assert ask(admin, "/admin/loggers")[0] == 200
    assert ask(admin, "/connectors")[0] == 404


def test_administration_nowhere(run):
    port = free_port()
    run(listeners=at(port), admin_listeners="")
    healthy(port)
    assert ask(port, "/admin/loggers")[0] == 404


def test_levels_are_the_log_s(run, db):
    port = free_port()
    engine = run(listeners=at(port))
    engine.wait_streaming()
    healthy(port)
    assert "level=debug" not in engine.log
    status, _, text = ask(port, "/admin/loggers/tailrace", method="PUT", body='{"level":"DEBUG"}',
                          headers={"Content-Type": "application/json"})
    assert (status, json.loads(text)) == (200, ["tailrace", f"tailrace.connector.{db.name}"])
    ask(port, "/connectors")
    wait_until(lambda: "level=debug msg=request method=GET resource=connectors" in engine.log)


# Passwords of connectors

def test_secrets_stay_inside(run, db, monkeypatch, tmp_path):
    (tmp_path / "secrets.properties").write_text("password=postgres\n")
    port = free_port()
    engine = run(listeners=at(port))
    healthy(port)
    config = json.loads(ask(port, f"/connectors/{db.name}/config")[2])
    assert config["database.password"] == "**********"
    engine.stop()
    reference = f"${{file:{tmp_path}/secrets.properties:password}}"
    engine = run(listeners=at(port), secret=reference)
    engine.wait_streaming()
    config = json.loads(ask(port, f"/connectors/{db.name}/config")[2])
    assert config["database.password"] == reference
    engine.stop()
    run(listeners=at(port), rest_mask_passwords="false")
    healthy(port)
    config = json.loads(ask(port, f"/connectors/{db.name}/config")[2])
    assert config["database.password"] == "postgres"


def test_masked_passwords_are_kept(kafka, db, name):
    """A configuration that is read, changed and written back still opens the database."""
    port = free_port()
    with Tailrace(worker=stored(kafka, name, port)) as engine:
        healthy(port)
        rest = Rest(port)
        made = rest.create(connector(db, "m"))
        assert made.status == 201, made.text
        rest.wait("m", "RUNNING", "RUNNING")
        config = rest.get("/connectors/m/config").json
        assert config["database.password"] == "**********"
        assert rest.put("/connectors/m/config", {**config, "tasks.max": "1"}).status == 200
        assert rest.patch("/connectors/m/config", {**config, "snapshot.mode": "no_data"}).status \
            == 200
        engine.wait_log("state=RUNNING")
        rest.wait("m", "RUNNING", "RUNNING")
        answer = rest.put("/connector-plugins/PostgresConnector/config/validate", config)
        assert answer.json["error_count"] == 0, answer.text
        assert rest.put("/connectors/other/config", {**config, "name": "other"}).status == 400
        assert rest.delete("/connectors/m").status == 204


# Who may ask

def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_basic_authentication(run, tmp_path):
    users, port = tmp_path / "users", free_port()
    hashed = subprocess.run(["openssl", "passwd", "-6", "hashed"], capture_output=True, text=True,
                            check=True).stdout.strip()
    users.write_text(f"# who may\nanna:plain\nbert:{hashed}\n")
    engine = run(listeners=at(port), rest_users_file=users)
    healthy(port, headers=basic("anna", "plain"))
    healthy(port, headers=basic("bert", "hashed"))
    for path in ("/", "/health", "/connectors", "/admin/loggers", "/nope", "//", "/ui", "/metrics"):
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            for headers in ({}, basic("anna", "hashed"), basic("carl", "plain")):
                status, got, text = ask(port, path, method=method, headers=headers)
                assert status == 401, (method, path)
                assert got["WWW-Authenticate"].startswith("Basic ")
                assert method == "HEAD" or json.loads(text)["error_code"] == 401
    # the body of somebody who may not ask is not waited for
    with socket.create_connection(("127.0.0.1", port), GIVE_UP) as connection:
        connection.sendall(b"POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert connection.recv(100).startswith(b"HTTP/1.1 401")
    users.write_text("carl:new\n")
    assert ask(port, "/health", headers=basic("anna", "plain"))[0] == 401
    assert ask(port, "/health", headers=basic("carl", "new"))[0] == 200
    assert "plain" not in engine.log and hashed not in engine.log


def test_users_file_that_can_t_be_read(run, tmp_path):
    engine = run(wait=False, listeners=at(free_port()), rest_users_file=tmp_path / "nope")
    assert engine.wait() == 1
    assert "rest.users.file" in engine.log


def test_connect_s_extension_is_named(run):
    engine = run(wait=False, listeners=at(free_port()), rest_extension_classes="org.apache.kafka."
                 "connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension")
    assert engine.wait() == 2
    assert "rest.users.file" in engine.log


# TLS

KEYS = "listeners.https.ssl."


@pytest.fixture(scope="module")
def certs():
    return Certs.shared()


def context(certs, client=None, version=None):
    made = ssl.create_default_context(cafile=certs.ca.cert)
    if client:
        made.load_cert_chain(client.cert, client.key)
    if version:
        made.minimum_version = made.maximum_version = version
    return made


def tls(port, certs, **more):
    return {"listeners": f"https://127.0.0.1:{port}", KEYS + "keystore.type": "PEM",
            KEYS + "keystore.location": certs.server.both, **more}


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_tls(run, certs):
    port = free_port()
    run(**tls(port, certs))
    healthy(port, tls=context(certs))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert ask(port, "/", tls=context(certs, version=version))[0] == 200
    old = context(certs, version=ssl.TLSVersion.TLSv1_1)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(port, "/", tls=old)
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(port, "/", tls=ssl.create_default_context(cafile=certs.other_ca.cert))
    with pytest.raises((http.client.HTTPException, ConnectionError)):  # not in clear
        ask(port, "/")
    healthy(port, tls=context(certs))


def test_tls_versions(run, certs):
    port = free_port()
    run(**tls(port, certs, **{KEYS + "enabled.protocols": "TLSv1.3"}))
    healthy(port, tls=context(certs))
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(port, "/", tls=context(certs, version=ssl.TLSVersion.TLSv1_2))


@pytest.mark.parametrize("wish", ["requested", "required"])
def test_client_certificates(run, certs, wish):
    port = free_port()
    run(**tls(port, certs, **{KEYS + "client.auth": wish,
                              KEYS + "truststore.location": certs.ca.cert}))
    healthy(port, tls=context(certs, client=certs.client))
    assert ask(port, "/", tls=context(certs))[0] == (200 if wish == "requested" else 403)
    stranger = context(certs, client=certs.other_server)
    assert _refused(port, stranger)


def _refused(port, stranger):
    try:
        return ask(port, "/", tls=stranger)[0] == 403
    except (ssl.SSLError, ConnectionError):
        return True


def test_an_encrypted_key(run, certs, tmp_path):
    key = tmp_path / "key.pem"
    subprocess.run(["openssl", "pkcs8", "-topk8", "-in", certs.server.key, "-out", key,
                    "-passout", "pass:hidden"], check=True, capture_output=True)
    store, port = tmp_path / "store.pem", free_port()
    store.write_bytes(key.read_bytes() + certs.server.cert.read_bytes())
    run(**tls(port, certs, **{KEYS + "keystore.location": store, KEYS + "key.password": "hidden"}))
    healthy(port, tls=context(certs))
    engine = run(wait=False, **tls(free_port(), certs, **{KEYS + "keystore.location": store,
                                                          KEYS + "key.password": "wrong"}))
    assert engine.wait() == 1
    assert KEYS + "keystore.location" in engine.log and "hidden" not in engine.log


def test_the_clients_keys_serve_too(run, certs):
    port = free_port()
    run(**{"listeners": f"https://127.0.0.1:{port}", "ssl.keystore.type": "PEM",
           "ssl.keystore.location": certs.server.both})
    healthy(port, tls=context(certs))


def test_java_s_stores_are_refused(run, certs, tmp_path):
    store = tmp_path / "store.p12"
    subprocess.run(["openssl", "pkcs12", "-export", "-in", certs.server.both, "-out", store,
                    "-passout", "pass:hidden"], check=True, capture_output=True)
    engine = run(wait=False, **tls(free_port(), certs, **{KEYS + "keystore.location": store}))
    assert engine.wait() == 1
    assert "openssl pkcs12" in engine.log
    engine = run(wait=False, **tls(free_port(), certs, **{KEYS + "keystore.type": "JKS"}))
    assert engine.wait() == 2
    assert "keytool" in engine.log
    engine = run(wait=False, listeners=f"https://127.0.0.1:{free_port()}")
    assert engine.wait() == 1
    assert KEYS + "keystore.location" in engine.log


# Limits

def test_a_slow_client_holds_nobody_up(run):
    """All connections taken by clients that say nothing: the next one waits no longer than they
    are given."""
    port = free_port()
    run(listeners=at(port))
    healthy(port)
    idle = [socket.create_connection(("127.0.0.1", port), GIVE_UP) for _ in range(100)]
    soon = 20  # seconds: less than the 30 that a client is given
    assert ask(port, "/health", timeout=soon)[0] == 200
    for connection in idle:
        connection.sendall(b"GET / HTTP/1.1\r\nHost:")
    assert ask(port, "/health", timeout=soon)[0] == 200
    for connection in idle:
        connection.close()
