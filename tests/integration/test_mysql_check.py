"""check: what would stop or hurt a MySQL or MariaDB connector, each with the SQL that mends it."""

import pytest

from bed import Mariadb, Mysql, Tailrace, connector, worker
from test_check import check, errors, mends

_TABLE = "CREATE TABLE t (id int PRIMARY KEY)"


def findings(said, severity):
    return [line.split(severity, 1)[1].strip() for line in said.splitlines()
            if line.strip().startswith(severity)]


def test_all_is_well(tailrace, kafka, binlog_db, name):
    binlog_db.sql(_TABLE)
    said = check(tailrace(), 0)
    assert "binlog_format is ROW" in said and "transactions have GTIDs" in said
    assert 'user "tailrace" may read the log' in said and "tables captured: 1" in said
    assert not kafka.topics(f"{name}.*")


def test_beside_a_running_connector(tailrace, topics, binlog_db):
    """It is an onlooker: the server doesn't take it for the connector."""
    binlog_db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        said = check(tailrace(), 0)
        assert "the server has everything behind the stored position" in said
        binlog_db.sql("INSERT INTO t VALUES (1)")
        topics.records(f"{binlog_db.name}[.]t", 1)
        assert engine.state() == "RUNNING"


@pytest.fixture(scope="module", params=[Mysql, Mariadb], ids=["mysql", "mariadb"])
def bent(request):
    """A server with settings that hurt."""
    settings = {"binlog_format": "STATEMENT", "binlog_row_image": "MINIMAL"}
    if request.param is Mysql:
        settings.update(gtid_mode="OFF", enforce_gtid_consistency="OFF",
                        binlog_expire_logs_seconds="3600")
    with request.param(**settings) as server:
        yield server


def test_settings(bent, kafka, name):
    with bent.database(name) as db:
        db.sql(_TABLE)
        engine = Tailrace(connector(db, include_query="true"), worker=worker(kafka, group=name))
        said = check(engine, 1)
        assert [error for error in errors(said) if error.startswith("binlog_format is STATEMENT")]
        warnings = "\n".join(findings(said, "warning"))
        assert "binlog_row_image is MINIMAL" in warnings
        assert "binlog_row_metadata is" in warnings
        assert "SET GLOBAL binlog_format = ROW;" in mends(said)
        if bent.kind == "mysql":
            assert "gtid_mode is not ON" in warnings and "source.query stays null" in warnings
            assert "for 3600 s only" in warnings


def test_tables(tailrace, binlog_db):
    binlog_db.sql("CREATE TABLE n (x int); CREATE TABLE m (id int PRIMARY KEY) ENGINE=MyISAM;"
                  "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int,"
                  " FOREIGN KEY f (p) REFERENCES p (id) ON DELETE CASCADE)")
    said = check(tailrace(), 1)
    warnings = "\n".join(findings(said, "warning"))
    assert f"table {binlog_db.name}.n has neither a primary key" in warnings
    assert any("has the engine MyISAM" in error for error in errors(said))
    cascades = f"table {binlog_db.name}.c: what its foreign key" in warnings
    assert cascades == (binlog_db.server.kind == "mariadb")  # MySQL 9 logs them


def test_rights(kafka, name, request):
    for make, user in ((Mysql, "poor"), (Mariadb, "poor")):
        with make() as server, server.database(name) as db:
            db.sql(_TABLE)
            server.sql(None, f"CREATE USER {user} IDENTIFIED BY 'pw';"
                       f"GRANT SHOW DATABASES ON *.* TO {user};"
                       f"GRANT INSERT ON `{name}`.* TO {user}")
            engine = Tailrace(connector(db, database_user=user, database_password="pw"),
                              worker=worker(kafka, group=name))
            said = check(engine, 1)
            wanted = [f"GRANT SELECT ON `{name}`.`t` TO '{user}';",
                      f"GRANT RELOAD ON *.* TO '{user}';",
                      f"GRANT {'REPLICATION CLIENT' if make is Mysql else 'BINLOG MONITOR'}"
                      f" ON *.* TO '{user}';"]
            assert set(wanted) <= set(mends(said)), said
            for mend in wanted:
                server.sql(None, mend)
            said = check(engine, 1)
            assert f"GRANT REPLICATION SLAVE ON *.* TO '{user}';" in mends(said), said
            server.sql(None, f"GRANT REPLICATION SLAVE ON *.* TO '{user}'")
            check(engine, 0)
