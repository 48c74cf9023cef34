"""TLS and SCRAM against real servers. What can't be trusted is refused at once: waiting doesn't
make a certificate better."""

import subprocess

import pytest
from views import error_of

from bed import Certs, Kafka, Postgres, Tailrace, connector, worker

_TABLE = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)"


# PostgreSQL

@pytest.fixture(scope="module")
def tls_pg():
    hba = ["hostnossl all all 127.0.0.1/32 reject",
           "hostssl all tailrace 127.0.0.1/32 cert"]  # the CN of certs.client
    with Postgres(ssl=True, hba=hba, ssl_ca_file=Certs.shared().ca.cert) as server:
        server.sql("postgres", "CREATE ROLE tailrace SUPERUSER LOGIN")
        yield server


@pytest.fixture
def tls_db(tls_pg, name):
    with tls_pg.database(name) as database:
        database.sql(_TABLE)
        yield database
    tls_pg.use_certificate("server")


@pytest.fixture
def over_tls(tls_db, kafka, name):
    def make(sslmode="verify-full", ca="ca", **changes):
        certs = tls_db.server.certs
        changes = {"database_sslmode": sslmode, "database_hostname": "localhost",
                   "database_sslrootcert": getattr(certs, ca).cert if ca else None, **changes}
        return Tailrace(connector(tls_db, **changes), worker=worker(kafka, group=name))

    return make


@pytest.mark.parametrize("sslmode", ["require", "verify-ca", "verify-full"])
def test_postgres_tls(over_tls, tls_db, kafka, sslmode):
    with over_tls(sslmode) as engine:
        engine.wait_streaming()
        assert len(kafka.consume(f"{tls_db.name}.public.t", 1)) == 1
        encrypted = tls_db.query("SELECT ssl FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)")
        assert encrypted == [(True,)]


def test_postgres_wrong_ca(over_tls, fails):
    error = fails(over_tls(ca="other_ca"))
    assert "certificate" in error and "database.sslrootcert" in error


def test_postgres_wrong_host(over_tls, tls_pg, fails):
    tls_pg.use_certificate("wrong_host")
    tls_pg.restart()
    error = fails(over_tls())
    assert "localhost" in error and "database.hostname" in error


def test_postgres_wrong_host_is_fine_for_verify_ca(over_tls, tls_pg):
    tls_pg.use_certificate("wrong_host")
    tls_pg.restart()
    with over_tls("verify-ca") as engine:
        engine.wait_streaming()


def test_postgres_expired_certificate(over_tls, tls_pg, fails):
    tls_pg.use_certificate("expired")
    tls_pg.restart()
    error = fails(over_tls())
    assert "expired" in error and "certificate" in error


@pytest.mark.parametrize("encrypted", [False, True])
def test_postgres_client_certificate(over_tls, tls_db, kafka, tmp_path, encrypted):
    certs, key, more = tls_db.server.certs, tmp_path / "client.key", {}
    key.write_bytes(certs.client.key.read_bytes())
    if encrypted:
        subprocess.run(["openssl", "pkey", "-in", certs.client.key, "-aes256", "-passout",
                        "pass:open-sesame", "-out", key], check=True)
        more = {"database_sslpassword": "open-sesame"}
    key.chmod(0o600)
    with over_tls(database_user="tailrace", database_password=None, database_sslkey=key,
                  database_sslcert=certs.client.cert, **more) as engine:
        engine.wait_streaming()
        assert len(kafka.consume(f"{tls_db.name}.public.t", 1)) == 1
        assert "open-sesame" not in engine.log


def test_postgres_client_certificate_missing(over_tls, fails):
    error = fails(over_tls(database_user="tailrace", database_password=None))
    assert "certificate" in error and "database.sslcert" in error


def test_postgres_client_key_password_wrong(over_tls, tls_db, fails, tmp_path):
    certs, key = tls_db.server.certs, tmp_path / "client.key"
    subprocess.run(["openssl", "pkey", "-in", certs.client.key, "-aes256", "-passout",
                    "pass:right", "-out", key], check=True)
    key.chmod(0o600)
    error = fails(over_tls(database_user="tailrace", database_sslkey=key,
                           database_sslcert=certs.client.cert,
                           database_sslpassword="open-sesame"))
    assert "database.sslpassword" in error and "open-sesame" not in error, error


def test_postgres_wants_tls(over_tls, fails):
    error = fails(over_tls("disable", ca=None))
    assert "pg_hba.conf" in error


def test_postgres_without_tls(db, kafka, name, fails):
    error = fails(Tailrace(connector(db, database_sslmode="require"),
                           worker=worker(kafka, group=name)))
    assert "SSL" in error and "database.sslmode" in error


def test_postgres_missing_ca_file(over_tls, fails):
    error = fails(over_tls(database_sslrootcert="/nowhere/ca.crt"))
    assert "/nowhere/ca.crt" in error


# Kafka

@pytest.fixture(scope="module")
def tls_kafka():
    with Kafka(version="3.9", secure=True, acls=True) as broker:
        for kind in ("--topic", "--transactional-id", "--group"):
            broker.allow("--operation", "All", kind, "ok_", "--resource-pattern-type", "prefixed")
        yield broker


def _scram(kafka, password=None, mechanism="SCRAM-SHA-256"):
    login = "org.apache.kafka.common.security.scram.ScramLoginModule"
    return {"security_protocol": "SASL_SSL", "sasl_mechanism": mechanism,
            "sasl_jaas_config": f'{login} required username="{kafka.user}" '
                                f'password="{password or kafka.password}";'}


@pytest.fixture
def kafka_over_tls(db, tls_kafka, name):
    def make(listener, ca="ca", group=name, **changes):
        db.sql(_TABLE)
        certs = tls_kafka.certs
        settings = {"bootstrap_servers": tls_kafka.listener(listener), "security_protocol": "SSL",
                    "ssl_truststore_type": "PEM",
                    "ssl_truststore_location": getattr(certs, ca).cert,
                    **changes}
        return Tailrace(connector(db, topic_prefix=f"ok_{name}"),
                        worker=worker(tls_kafka, group=group, **settings))

    return make


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_kafka_scram_over_tls(kafka_over_tls, tls_kafka, name, mechanism):
    with kafka_over_tls("sasl_tls", group=f"ok_{name}", **_scram(tls_kafka, mechanism=mechanism)) \
            as engine:
        engine.wait_streaming()
        assert len(tls_kafka.consume(f"ok_{name}.public.t", 1)) == 1
        assert tls_kafka.password not in engine.log


def test_kafka_tls(kafka_over_tls, tls_kafka, name):
    tls_kafka.allow("--operation", "All", "--topic", "*", "--transactional-id", "*",
                    user="ANONYMOUS")
    with kafka_over_tls("tls") as engine:
        engine.wait_streaming()
        assert len(tls_kafka.consume(f"ok_{name}.public.t", 1)) == 1


@pytest.mark.parametrize("listener, ca, word", [
    ("tls", "other_ca", "certificate"),
    ("tls_other_ca", "ca", "certificate"),
    ("tls_wrong_host", "ca", "host"),
    ("tls_expired", "ca", "expired"),
])
def test_kafka_certificate_refused(kafka_over_tls, fails, listener, ca, word):
    error = fails(kafka_over_tls(listener, ca))
    assert word in error and "ssl" in error.lower()


def test_kafka_wrong_password(kafka_over_tls, tls_kafka, fails):
    error = fails(kafka_over_tls("sasl_tls", **_scram(tls_kafka, "open-sesame")))
    assert "sasl" in error and "open-sesame" not in error
    assert "uthentication" in error


def test_kafka_topics_are_made_by_the_admin(kafka_over_tls, tls_kafka, name, fails):
    """Who has admin.* properties has them for the creation of topics, and for nothing else."""
    wrong = _scram(tls_kafka, "open-sesame")["sasl_jaas_config"]
    engine = kafka_over_tls("sasl_tls", group=f"ok_{name}", **_scram(tls_kafka))
    engine.connectors[0]["admin.override.sasl.jaas.config"] = wrong
    error = fails(engine)
    assert "uthentication" in error and "open-sesame" not in error
    tls_kafka.create_topic(f"ok_{name}-offsets", cleanup_policy="compact")
    tls_kafka.create_topic(f"ok_{name}.public.t")
    with engine:
        engine.wait_streaming()
        assert len(tls_kafka.consume(f"ok_{name}.public.t", 1)) == 1


def test_kafka_client_certificate(kafka_over_tls, tls_kafka, name):
    keys = {"ssl_keystore_type": "PEM", "ssl_keystore_location": tls_kafka.certs.client.both}
    tls_kafka.allow("--operation", "All", "--topic", "*", "--transactional-id", "*",
                    user="CN=tailrace")
    with kafka_over_tls("mtls", **keys) as engine:
        engine.wait_streaming()
        assert len(tls_kafka.consume(f"ok_{name}.public.t", 1)) == 1


def test_kafka_client_certificate_missing(kafka_over_tls, fails):
    error = fails(kafka_over_tls("mtls"))
    assert "certificate" in error


@pytest.mark.parametrize("lacking", ["transactional-id", "offsets", "topic"])
def test_kafka_rights_missing(kafka_over_tls, tls_kafka, name, fails, lacking):
    """Each with what to grant; check knows of all but the transactional.id, which only a producer
    can ask for."""
    if lacking == "transactional-id":
        engine = kafka_over_tls("sasl_tls", group=f"no_{name}",
                                offset_storage_topic=f"ok_{name}", **_scram(tls_kafka))
        words = [f"no_{name}", "--transactional-id"]
    elif lacking == "offsets":
        engine = kafka_over_tls("sasl_tls", group=f"ok_{name}",
                                offset_storage_topic=f"no_{name}", **_scram(tls_kafka))
        words = [f"no_{name}"]
    else:
        engine = kafka_over_tls("sasl_tls", group=f"ok_{name}", **_scram(tls_kafka))
        engine.connectors[0]["topic.prefix"] = f"no_{name}"
        words = [f"no_{name}.public.t"]
    engine.command = "check"
    said = engine.run().stdout
    assert ("kafka-acls.sh" in said and "ERROR" in said) == (lacking != "transactional-id"), said
    engine.command = "run"
    error = fails(engine)
    assert "uthoriz" in error or "no right" in error, error
    assert all(word in error for word in words), error


def test_plain_client_at_a_tls_listener(kafka_over_tls, tls_kafka):
    """The broker hangs up: it may be starting, so this is tried again, with a hint."""
    engine = kafka_over_tls("tls", security_protocol="PLAINTEXT", ssl_truststore_location=None,
                            ssl_truststore_type=None)
    with engine:
        engine.wait_state("RESTARTING")
        assert tls_kafka.listener("tls") in error_of(engine.log)
