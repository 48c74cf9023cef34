"""Kafka Connect itself: a distributed worker, for what it and tailrace read of each other."""

import shutil
from pathlib import Path

from .cache import connect_dir, debezium_dir
from .process import GIVE_UP, Process
from .rest import Rest
from .scratch import scratch
from .tailrace import properties

_HERE = Path(__file__).parent


class Connect:
    """`with Connect(stored(kafka, group, port)) as connect:` with the file connectors as its only
    ones, or with Debezium's. connect.rest is its API."""

    def __init__(self, worker, debezium=False):
        self.folder = scratch("connect")
        self.log_file = self.folder / "log"
        port = worker["listeners"].rsplit(":", 1)[1]
        self.rest = Rest(port)
        converter = "org.apache.kafka.connect.json.JsonConverter"
        self._worker = {"key.converter": converter, "value.converter": converter,
                        "offset.storage.partitions": "5", **worker}
        self._heap = "192m"
        if debezium:
            self._worker.setdefault("plugin.path", str(debezium_dir()))
            self._heap = "512m"
        self._process = None

    def start(self):
        config = self.folder / "worker.properties"
        config.write_text(properties(self._worker))
        self._process = Process(
            ["java", f"-Xmx{self._heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
             f"-Dlog4j2.configurationFile={_HERE}/log4j2.properties", "-cp", f"{connect_dir()}/*",
             "org.apache.kafka.connect.cli.ConnectDistributed", config],
            self.log_file, cwd=self.folder)
        self.rest.wait_ready()
        return self

    @property
    def log(self):
        return self.log_file.read_text(errors="replace")

    def stop(self, timeout=GIVE_UP):
        """Leaves the group in order."""
        return self._process.stop(timeout=timeout)

    def kill9(self):
        self._process.kill9()

    def alive(self):
        return self._process is not None and self._process.alive()

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if kind and self.log_file.exists():
            print(f"--- end of {self.log_file}:\n" + "\n".join(self.log.splitlines()[-40:]))
        if self.alive():
            self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)
