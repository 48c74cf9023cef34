"""The test bed: real servers and the program under test, for as long as a `with` lasts."""

from .certs import Certs
from .config import connector, debezium, stored, to_stdout, worker
from .connect import Connect
from .kafka import Kafka
from .mysql import Mariadb, Mysql
from .postgres import Database, Postgres
from .process import Process, wait_until
from .proxy import Proxy
from .reader import Reader, Record
from .registry import Registry, ScriptedRegistry
from .rest import Rest
from .scratch import scratch
from .tailrace import Tailrace

__all__ = ["Certs", "Connect", "Database", "Kafka", "Mariadb", "Mysql", "Postgres", "Process",
           "Proxy", "Reader", "Record", "Registry", "Rest", "ScriptedRegistry", "Tailrace",
           "connector", "debezium", "scratch", "stored", "to_stdout", "wait_until", "worker"]
