"""Servers that all tests of a run share.

    pg, pg17    a PostgreSQL 15 and 17, wal_level=logical
    mysql, mariadb    a MySQL 9 with GTIDs and a MariaDB 10.11
    kafka       one broker
    db, db17, mysql_db, mariadb_db    a fresh database for this test, dropped after it
    binlog_db   the same: the test runs on MySQL and on MariaDB
    name        a name no other test has, for topics, groups and connectors

Whoever restarts a server, fills its disk or leaves a transaction open (slot creation waits for
all transactions of a server) starts one of their own: see tests/bed/README.md. A server that
can't be started fails the tests that need it; nothing is skipped.

With xdist the shared servers run in the process that hands out the tests, one set for all workers.
"""

import itertools
import os
import re

import pytest

from bed.kafka import Kafka
from bed.mysql import Mariadb, Mysql
from bed.postgres import Postgres

_MAKERS = {"pg": lambda: Postgres(15), "pg17": lambda: Postgres(17), "mysql": Mysql,
           "mariadb": Mariadb, "kafka": Kafka}
_CLASSES = {"mysql": Mysql, "mariadb": Mariadb, "kafka": Kafka}
_numbers = itertools.count(1)


class _Servers:
    """Started when first asked for, or all of them, for workers."""

    def __init__(self):
        self._running = {}

    def get(self, name):
        if name not in self._running:
            self._running[name] = _MAKERS[name]().start()
        return self._running[name]

    def addresses(self):
        return {name: self.get(name).address() for name in _MAKERS}

    def close(self):
        for server in self._running.values():
            server.__exit__()
        self._running.clear()


_servers = _Servers()


@pytest.hookimpl(optionalhook=True)  # xdist's
def pytest_configure_node(node):
    """In the process that hands out the tests, for each worker."""
    node.workerinput["servers"] = _servers.addresses()


def pytest_unconfigure():
    _servers.close()


def pytest_collection_modifyitems(items):
    """For xdist's --dist loadgroup: tests that share a server of their module go to one worker,
    which then starts it once. All others go to whoever is free."""
    for item in items:
        definitions = getattr(item, "_fixtureinfo").name2fixturedefs.values()
        if any(found[-1].scope == "module" for found in definitions):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


def _shared(config, name):
    workerinput = getattr(config, "workerinput", None)
    if workerinput is None:
        return _servers.get(name)
    return _CLASSES.get(name, Postgres).at(workerinput["servers"][name])


@pytest.fixture(scope="session")
def pg(pytestconfig):
    return _shared(pytestconfig, "pg")


@pytest.fixture(scope="session")
def pg17(pytestconfig):
    return _shared(pytestconfig, "pg17")


@pytest.fixture(scope="session")
def mysql(pytestconfig):
    return _shared(pytestconfig, "mysql")


@pytest.fixture(scope="session")
def mariadb(pytestconfig):
    return _shared(pytestconfig, "mariadb")


@pytest.fixture(scope="session")
def kafka(pytestconfig):
    return _shared(pytestconfig, "kafka")


@pytest.fixture
def name(request):
    """Of the test, short, and no other's: also over runs on servers that stay."""
    words = re.sub(r"[^a-z0-9]+", "_", request.node.name.lower()).strip("_")[:30].rstrip("_")
    return f"{words}_{os.getpid()}_{next(_numbers)}"


@pytest.fixture
def db(pg, name):
    with pg.database(name) as database:
        yield database


@pytest.fixture
def db17(pg17, name):
    with pg17.database(name) as database:
        yield database


@pytest.fixture
def mysql_db(mysql, name):
    with mysql.database(name) as database:
        yield database


@pytest.fixture
def mariadb_db(mariadb, name):
    with mariadb.database(name) as database:
        yield database


@pytest.fixture(params=["mysql", "mariadb"])
def binlog_db(request, name):
    with request.getfixturevalue(request.param).database(name) as database:
        yield database
