"""Avro's schema registries: how tailrace asks them, and what it does when they don't answer or
refuse. The bytes and schemas themselves are the golden suite's."""

import base64
import json
import re

import pytest
from views import error_of

from bed import Certs, ScriptedRegistry, Tailrace, connector, wait_until
from bed.ports import free_port

CONFLUENT = "io.confluent.connect.avro.AvroConverter"
APICURIO = "io.apicurio.registry.utils.converter.AvroConverter"
SUBJECT = "io.confluent.kafka.serializers.subject."
SERDE = "io.apicurio.registry.serde."


@pytest.fixture
def registry():
    with ScriptedRegistry() as running:
        yield running


@pytest.fixture
def engine(db, tmp_path):
    """Makes a tailrace with an AvroConverter for keys and values, into a file. Properties are
    the converter's."""
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text, price numeric(5, 2) DEFAULT 1.50);"
           "INSERT INTO t VALUES (1, 'a')")

    def make(converter=CONFLUENT, change=None, args=None, **properties):
        both = {f"{side}.converter.{k.replace('_', '.')}".replace("SIDE", side): v
                for side in ("key", "value") for k, v in properties.items()}
        settings = connector(db, **{
            "key.converter": converter, "value.converter": converter,
            "key.converter.schemas.enable": None, "value.converter.schemas.enable": None,
            "sink.type": "file", "sink.path": tmp_path / "out",
            "offset.storage.file.filename": tmp_path / "offsets", **both, **(change or {})})
        command = "run" if args is None else "bootstrap"
        return Tailrace(settings, worker={"listeners": ""}, command=command, args=args or ())

    def again():
        """Forgets what was written, and the position: the next run takes its snapshot anew."""
        for path in (tmp_path / "out", tmp_path / "offsets"):
            path.unlink()
        # Its sender may outlive the process that it sent to by a moment.
        wait_until(lambda: not db.query("SELECT FROM pg_replication_slots WHERE active"
                                        " AND database = current_database()"))
        db.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
               " WHERE database = current_database()")

    make.out, make.again = tmp_path / "out", again
    return make


def messages(engine):
    """[(id of the key's schema, id of the value's, the key's column)] of the file, in its order"""
    found = []
    *lines, _ = engine.out.read_text().split("\n") if engine.out.exists() else [""]  # whole ones
    for line in lines:
        key, value = (_bytes(json.loads(line)[side]) for side in ("key", "value"))
        assert key[0] == value[0] == 0
        found.append((int.from_bytes(key[1:5], "big"), int.from_bytes(value[1:5], "big"),
                      key[5] >> 1))
    return found


def _bytes(text):
    """The file has bytes as base64, unless they happen to be UTF-8."""
    return text.encode() if text.startswith("\0") else base64.b64decode(text)


def finish(engine, **properties):
    """Runs it until the snapshot is written."""
    done = engine(args=["--until-streaming"], **properties).run()
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_waits_while_it_is_away(engine, registry, db):
    """Down at the start; then, behind a change of the table, overloaded. Nothing is lost."""
    registry.stop()
    with engine(schema_registry_url=registry.url) as tailrace:
        tailrace.wait_state("RESTARTING")
        tailrace.wait_log(f"the schema registry {registry.url} doesn't answer")
        assert not messages(engine)
        registry.start()
        tailrace.wait_streaming()
        assert messages(engine) == [(1, 2, 1)]
        registry.answer = 503, {"error_code": 50301, "message": "the leader is away"}
        db.sql("INSERT INTO t VALUES (2, 'b'); ALTER TABLE t ADD n int")
        db.sql("INSERT INTO t VALUES (3, 'c', 1, 7)")
        tailrace.wait_state("RESTARTING")
        tailrace.wait_log("answers HTTP 503: .*the leader is away")
        assert "FAILED" not in tailrace.log
        registry.answer = None
        wait_until(lambda: len(messages(engine)) == 3, what="the rows to arrive")
        tailrace.wait_state("RUNNING")
        assert tailrace.stop() == 0
    assert messages(engine) == [(1, 2, 1), (1, 2, 2), (1, 3, 3)]
    assert [text for text in registry.schemas if '"n"' in text] == [registry.text(3)]


@pytest.mark.parametrize("status, answer, words", [
    (409, {"error_code": 40901, "message": "Schema being registered is incompatible with an "
           "earlier schema for subject, details: READER_FIELD_MISSING_DEFAULT_VALUE"},
     ["incompatible", "READER_FIELD_MISSING_DEFAULT_VALUE", "NONE"]),
    (422, {"error_code": 42205, "message": "Subject is in read-only mode"},
     ["HTTP 422", "read-only mode"]),
    (401, {"error_code": 401, "message": "Unauthorized"}, ["HTTP 401", "Unauthorized", "password"]),
    (403, b"<html>Forbidden</html>", ["HTTP 403", "password"]),
    (404, b"<html>no such page</html>", ["HTTP 404", "address"]),
    (302, b"", ["HTTP 302", "address"]),
    (200, b"<html>Welcome</html>", ["no number", "address"]),
    (200, {"id": 2 ** 40}, ["4 bytes"]),
    (200, {"id": -1}, ["no number"]),
])
def test_a_refusal_stops_it(engine, registry, db, fails, status, answer, words):
    """With the subject and the registry's reason; and once it is mended all is there."""
    registry.answer = status, answer
    tolerance = {"errors.tolerance": "all"}  # it is no single record's fault
    error = fails(engine(schema_registry_url=registry.url, change=tolerance))
    for word in [f"{db.name}.public.t-key", *words]:
        assert word in error, error
    assert not messages(engine)
    registry.answer = None
    finish(engine, schema_registry_url=registry.url)
    assert messages(engine) == [(1, 2, 1)]


JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required ' \
       'username="{}" password="{}";'


@pytest.mark.parametrize("properties", [
    {"schema.registry.url": "http://al%40ce:s3cr%3At@HERE"},
    {"schema.registry.url": "http://HERE", "basic.auth.credentials.source": "USER_INFO",
     "basic.auth.user.info": "al@ce:s3cr:t"},
    {"schema.registry.url": "http://HERE", "basic.auth.credentials.source": "SASL_INHERIT",
     "sasl.jaas.config": JAAS.format("al@ce", "s3cr:t")},
    {"apicurio.registry.url": "http://HERE", "apicurio.auth.username": "al@ce",
     "apicurio.auth.password": "s3cr:t", "apicurio.registry.auto-register": "true",
     "apicurio.registry.headers.enabled": "false", "apicurio.registry.as-confluent": "true"},
], ids=["url", "user_info", "sasl", "apicurio"])
def test_a_user(engine, registry, fails, properties):
    """Who is asked for their name gives it, and no log has the password."""
    given = {k: v.replace("HERE", f"127.0.0.1:{registry.port}") for k, v in properties.items()}
    converter = APICURIO if "apicurio.registry.url" in given else CONFLUENT
    registry.credentials = "al@ce:another"
    tailrace = engine(converter, **given)
    error = fails(tailrace)
    assert "HTTP 401" in error and "s3cr" not in tailrace.log
    registry.credentials = "al@ce:s3cr:t"
    assert "s3cr" not in finish(engine, converter=converter, **given)
    assert len(messages(engine)) == 1


def test_a_token(engine, registry, fails):
    given = {"schema.registry.url": registry.url, "bearer.auth.credentials.source": "STATIC_TOKEN",
             "bearer.auth.token": "s3cr3t", "bearer.auth.logical.cluster": "lsrc-1",
             "bearer.auth.identity.pool.id": "pool-1", "request.header.X-Team": "water"}
    registry.token = "another"
    tailrace = engine(**given)
    assert "HTTP 401" in fails(tailrace) and "s3cr" not in tailrace.log
    registry.token = "s3cr3t"
    assert "s3cr" not in finish(engine, **given)
    headers = registry.calls[-1][2]
    assert (headers["target-sr-cluster"], headers["Confluent-Identity-Pool-Id"],
            headers["X-Team"]) == ("lsrc-1", "pool-1", "water")


@pytest.mark.parametrize("converter", [CONFLUENT, APICURIO], ids=["confluent", "apicurio"])
def test_a_token_of_an_oauth_server(engine, registry, db, converter):
    """Fetched with the client's secret, used for several requests; fetched anew when the registry
    doesn't like it any more."""
    db.sql("CREATE TABLE u (id int PRIMARY KEY); INSERT INTO u VALUES (1)")
    url = f"{registry.url}/token"
    given = {
        CONFLUENT: {"schema.registry.url": registry.url,
                    "bearer.auth.credentials.source": "OAUTHBEARER",
                    "bearer.auth.issuer.endpoint.url": url, "bearer.auth.client.id": "me",
                    "bearer.auth.client.secret": "s3cr3t", "bearer.auth.scope": "a b"},
        APICURIO: {"apicurio.registry.url": registry.url,
                   "apicurio.registry.auto-register": "true",
                   "apicurio.registry.headers.enabled": "false",
                   "apicurio.registry.as-confluent": "true",
                   "apicurio.auth.service.token.endpoint": url, "apicurio.auth.client.id": "me",
                   "apicurio.auth.client.secret": "s3cr3t", "apicurio.auth.client.scope": "a b"},
    }[converter]
    registry.tokens, registry.token = ["revoked", "good"], "good"
    assert "s3cr" not in finish(engine, converter=converter, **given)
    assert len(messages(engine)) == 2
    asked = [call for call in registry.calls if call[1] == "/token"]
    known = base64.b64encode(b"me:s3cr3t").decode()
    assert all(call[2]["Authorization"] == f"Basic {known}" for call in asked)
    assert asked[0][3] == "grant_type=client_credentials&scope=a%20b"
    assert (len(asked), len(registry.calls)) == (3, 3 + 5)  # keys' and values' clients, two tables


@pytest.fixture(scope="module")
def certs():
    return Certs.shared()


def test_tls(engine, certs, fails):
    """With a client's certificate, in files and as texts; a stranger's certificate is refused."""
    trust = {"schema.registry.ssl.truststore.location": certs.ca.cert,
             "schema.registry.ssl.truststore.type": "PEM"}
    in_files = {**trust, "schema.registry.ssl.keystore.location": certs.client.both,
                "schema.registry.ssl.keystore.type": "PEM"}
    as_texts = {"schema.registry.ssl.truststore.certificates": certs.ca.cert.read_text(),
                "schema.registry.ssl.keystore.certificate.chain": certs.client.cert.read_text(),
                "schema.registry.ssl.keystore.key": certs.client.key.read_text()}
    tls = (certs.server.cert, certs.server.key, certs.ca.cert)
    with ScriptedRegistry(tls) as registry:
        for given in (in_files, as_texts):
            finish(engine, schema_registry_url=registry.url, **given)
            engine.again()
        with engine(schema_registry_url=registry.url, **trust) as tailrace:  # who are you?
            tailrace.wait_state("RESTARTING")


@pytest.mark.parametrize("server", ["wrong_host", "other_server", "expired"])
def test_a_certificate_that_is_not_trusted(engine, certs, server):
    tls = (getattr(certs, server).cert, getattr(certs, server).key, None)
    given = {"schema.registry.ssl.truststore.location": certs.ca.cert}
    with ScriptedRegistry(tls) as registry:
        with engine(schema_registry_url=registry.url, **given) as tailrace:
            tailrace.wait_state("RESTARTING")
            assert "certificate" in error_of(tailrace.log)
        assert not registry.calls
        if server == "wrong_host":
            finish(engine, schema_registry_url=registry.url, **given,
                   **{"schema.registry.ssl.endpoint.identification.algorithm": ""})


def test_the_next_address(engine, registry):
    """One that doesn't listen, one that is broken, one that answers: and that one is kept."""
    with ScriptedRegistry() as broken:
        broken.answer = 500, {"error_code": 50001, "message": "Error in the backend data store"}
        urls = f"http://127.0.0.1:{free_port()},{broken.url},{registry.url}/"
        finish(engine, schema_registry_url=urls)
        assert len(broken.calls) == 2  # keys and values have a client each
    assert messages(engine) == [(1, 2, 1)]


def test_through_a_proxy(engine, registry):
    finish(engine, schema_registry_url="http://registry.invalid", proxy_host="127.0.0.1",
           proxy_port=registry.port)
    assert all(path.startswith("POST http://registry.invalid/subjects/")
               for path in registry.paths())


def test_without_registering(engine, registry, db, fails):
    """What isn't there is told with its text; what is there is looked up."""
    given = {"schema.registry.url": registry.url, "auto.register.schemas": "false",
             "normalize.schemas": "true"}
    error = fails(engine(**given))
    assert f"{db.name}.public.t-key" in error and "auto.register.schemas=true" in error
    assert '{"type":"record","name":"Key"' in error.replace("\\", "")
    assert registry.paths() == [
        f"POST /subjects/{db.name}.public.t-key?deleted=false&normalize=true"]
    for side in ("key", "value"):  # the registry's keeper adds them
        text = json.loads(_asked(engine, registry, f"{db.name}.public.t-{side}", given))
        registry.register(f"{db.name}.public.t-{side}", text["schema"])
    finish(engine, **given)
    assert messages(engine) == [(1, 2, 1)]


def _asked(engine, registry, subject, given):
    """The body of a request about a subject."""
    engine(**given).run()
    return [body for _, path, _, body in registry.calls if f"/{subject}?" in path][-1]


def test_the_latest_version(engine, registry, db, fails):
    """Taken if it has the shape of what is written, whatever it says beside that."""
    finish(engine, schema_registry_url=registry.url)
    engine.again()
    key, value = (f"{db.name}.public.t-{side}" for side in ("key", "value"))
    for subject in (key, value):
        schema = json.loads(registry.text(registry.subjects[subject][-1]))
        schema["doc"] = "by hand"
        registry.register(subject, json.dumps(schema))
    given = {"schema.registry.url": registry.url, "auto.register.schemas": "false",
             "use.latest.version": "true"}
    before = len(registry.calls)
    finish(engine, **given)
    assert messages(engine) == [(3, 4, 1)]
    assert registry.paths()[before:] == [
        f"GET /subjects/{key}/versions/latest", f"GET /subjects/{value}/versions/latest"]
    engine.again()
    registry.register(value, registry.text(2).replace('"long"', '"int"'))
    error = fails(engine(**given))
    assert f"subject {value} is not the one of the table" in error
    finish(engine, **given, **{"use.schema.id": "4"}, change={"key.converter.use.schema.id": "3"})
    assert messages(engine) == [(3, 4, 1)]


@pytest.mark.parametrize("converter, strategy, subjects", [
    (CONFLUENT, "TopicNameStrategy", ["T-key", "T-value"]),
    (CONFLUENT, "RecordNameStrategy", ["T.Key", "T.Envelope"]),
    (CONFLUENT, "TopicRecordNameStrategy", ["T-T.Key", "T-T.Envelope"]),
    (APICURIO, "strategy.TopicIdStrategy", ["default/T-key", "default/T-value"]),
    (APICURIO, "strategy.SimpleTopicIdStrategy", ["default/T"]),
    (APICURIO, "avro.strategy.QualifiedRecordIdStrategy", ["default/T.Key", "default/T.Envelope"]),
    (APICURIO, "avro.strategy.RecordIdStrategy", ["T/Key", "T/Envelope"]),
    (APICURIO, "avro.strategy.TopicRecordIdStrategy", ["T/T-Key", "T/T-Envelope"]),
])
def test_names_of_subjects(engine, registry, db, converter, strategy, subjects):
    if converter == CONFLUENT:
        given = {"schema.registry.url": registry.url,
                 "SIDE.subject.name.strategy": SUBJECT + strategy}
    else:
        given = {"apicurio.registry.url": registry.url, "apicurio.registry.auto-register": "true",
                 "apicurio.registry.headers.enabled": "false",
                 "apicurio.registry.as-confluent": "true",
                 "apicurio.registry.artifact-resolver-strategy": SERDE + strategy}
    finish(engine, converter=converter, **given)
    assert list(registry.subjects) == [
        subject.replace("T", f"{db.name}.public.t") for subject in subjects]


def test_apicurio_without_registering(engine, registry, db, fails):
    """Looked up by content, and by the latest version."""
    given = {"apicurio.registry.url": registry.url, "apicurio.registry.headers.enabled": "false",
             "apicurio.registry.as-confluent": "true"}
    error = fails(engine(APICURIO, **given))
    assert f"{db.name}.public.t-key" in error
    assert "apicurio.registry.auto-register=true" in error
    finish(engine, converter=APICURIO, **given, **{"apicurio.registry.auto-register": "true"})
    assert messages(engine) == [(1001, 1002, 1)]
    engine.again()
    finish(engine, converter=APICURIO, **given, **{"apicurio.registry.use-id": "contentId"})
    assert messages(engine) == [(1, 2, 1)]
    engine.again()
    finish(engine, converter=APICURIO, **given, **{"apicurio.registry.find-latest": "true"})
    assert messages(engine) == [(1001, 1002, 1)]
    asked = registry.paths()[-4:]
    assert re.fullmatch(r"GET /groups/default/artifacts/[^/]*-key/meta", asked[0])
    assert asked[1] == "GET /ids/globalIds/1001"
