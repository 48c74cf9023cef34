"""The test bed: real servers and the program under test, for as long as a `with` lasts."""

from .certs import Certs
from .config import connector, to_stdout, worker
from .kafka import Kafka
from .mysql import Mariadb, Mysql
from .postgres import Database, Postgres
from .process import Process, wait_until
from .reader import Reader, Record
from .scratch import scratch
from .tailrace import Tailrace

__all__ = ["Certs", "Database", "Kafka", "Mariadb", "Mysql", "Postgres", "Process", "Reader",
           "Record", "Tailrace", "connector", "scratch", "to_stdout", "wait_until", "worker"]
