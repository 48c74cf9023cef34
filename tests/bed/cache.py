"""Where tests/bed/install keeps what apt doesn't have."""

import subprocess
from functools import lru_cache
from pathlib import Path

_INSTALL = Path(__file__).with_name("install")


def kafka_dir(version):
    """The folder of Kafka's jars; version "4.1" or "3.9"."""
    return _cached(*{"4.1": ("--kafka", "kafka"), "3.9": ("--kafka39", "kafka39")}[version])


def connect_dir():
    """The folder of Kafka Connect's jars."""
    return _cached("--connect", "connect")


def debezium_dir():
    """The folder with a folder for each of Debezium's connectors."""
    return _cached("--debezium", "debezium")


def registry_dir():
    """The folder with Apicurio Registry."""
    return _cached("--registry", "registry")


def fastavro_dir():
    """The folder that has the Python module fastavro."""
    return _cached("--fastavro", "registry")


def postgres17_dir():
    """The root under which PostgreSQL 17 is unpacked."""
    return _cached("--postgres17", "postgres17")


def mysql9_dir():
    """The root under which MySQL 9 is unpacked."""
    return _cached("--mysql9", "mysql9")


def mariadb11_dir():
    """The root under which MariaDB 11 is unpacked."""
    return _cached("--mariadb11", "mariadb11")


@lru_cache(None)
def _cached(option, group):
    path = Path(subprocess.check_output([_INSTALL, option], text=True).strip())
    if not path.is_dir():
        raise RuntimeError(f"not installed: run tests/bed/install {group}")
    return path
