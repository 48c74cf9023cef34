"""A throwaway Kafka: real brokers (KRaft), one JVM each."""

import re
import shutil
import signal
import subprocess
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

from .cache import kafka_dir
from .certs import Certs
from .ports import free_port
from .process import GIVE_UP, Process, wait_until
from .proxy import Proxy
from .reader import Reader, client_config
from .scratch import scratch

#: Listener of a secure Kafka -> (security protocol, certificate that it serves).
_SECURE = {
    "tls": ("SSL", "server"),
    "tls_expired": ("SSL", "expired"),
    "tls_wrong_host": ("SSL", "wrong_host"),
    "tls_other_ca": ("SSL", "other_server"),
    "mtls": ("SSL", "server"),
    "sasl_tls": ("SASL_SSL", "server"),
    "sasl": ("SASL_PLAINTEXT", None),
}
_SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")
_HERE = Path(__file__).parent
#: Version -> (option that names its log configuration, the class that manages ACLs).
_VERSIONS = {
    "4.1": (f"-Dlog4j2.configurationFile={_HERE}/log4j2.properties",
            "org.apache.kafka.tools.AclCommand"),
    "3.9": (f"-Dlog4j.configuration=file:{_HERE}/log4j.properties",
            "kafka.admin.AclCommand"),
}
_JAAS = "org.apache.kafka.common.security"

_SMALL = {
    "num.network.threads": 2,
    "num.io.threads": 4,
    "num.partitions": 1,
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": 0,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.num.partitions": 1,
    "log.retention.ms": -1,  # records may carry timestamps of years ago
    "log.cleaner.dedupe.buffer.size": 4 << 20,
    "log.cleaner.threads": 1,
    "transaction.max.timeout.ms": 900000,
    # After SIGKILL a broker is refused until its old session has run out.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
}


class Kafka:
    """`with Kafka() as kafka:` or Kafka(brokers=3), Kafka(secure=True), and Kafka's own settings
    as `**{"message.max.bytes": 100_000}`.

    secure=True adds listeners (see listener()) with TLS and SASL; user "alice", password
    "alice-secret", for PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512; acls=True grants nothing to her
    but what the test grants. The plain listener is always there, and may do everything.

    proxy=True puts a Proxy before each broker: kafka.proxies, kafka.proxy is the first broker's;
    clients that bootstrap from listener("proxied") stay behind them.

    version="3.9" is for SCRAM: Kafka 4 refuses that of librdkafka before 2.6.1 (Debian 12's),
    which repeats the client's nonce where RFC 5802 wants it once.
    """

    user, password = "alice", "alice-secret"

    def __init__(self, brokers=1, *, version="4.1", secure=False, acls=False, proxy=False,
                 heap="320m", jvm=(), **settings):
        self.folder = scratch("kafka")
        self.version = version
        self.certs = Certs.shared() if secure else None
        self._secure = _SECURE if secure else {}
        self._acls = acls
        self._settings = settings
        self._jvm = [f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *jvm]
        # Kafka's form of a UUID; an A first, because kafka-storage takes a "-" there for an option.
        self._cluster_id = "A" + urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
        behind = ["behind_proxy"] if proxy else []
        self._ports = [
            {name: free_port() for name in ("plain", "controller", *behind, *self._secure)}
            for _ in range(brokers)
        ]
        self.proxies = []
        for ports in self._ports if proxy else ():
            self.proxies.append(Proxy(("127.0.0.1", ports["behind_proxy"])))
            ports["proxied"] = self.proxies[-1].port
        self._processes = [None] * brokers
        self._admin = None

    def address(self):
        """What another process of ours needs for at(). Plain data."""
        return {"version": self.version, "ports": self._ports, "folder": str(self.folder)}

    @classmethod
    def at(cls, address):
        """The brokers of another process: everything but starting and stopping them."""
        kafka = cls.__new__(cls)
        kafka.version, kafka._ports = address["version"], address["ports"]
        kafka.folder = Path(address["folder"])
        kafka.certs = kafka._admin = None
        kafka._processes, kafka.proxies, kafka._jvm = [], [], ["-Xmx128m"]
        return kafka

    # Life cycle

    @property
    def bootstrap(self):
        return self.listener("plain")

    def listener(self, name):
        """bootstrap.servers of a listener: plain; tls, tls_expired, tls_wrong_host, tls_other_ca
        (what its certificate has of wrong), mtls (wants certs.client), sasl_tls, sasl; proxied."""
        return ",".join(f"127.0.0.1:{ports[name]}" for ports in self._ports)

    def start(self):
        """Starts what doesn't run; returns when all of it serves."""
        for index, process in enumerate(self._processes):
            if process is None or not process.alive():
                self._start_broker(index)
        wait_until(self._serves, GIVE_UP, f"Kafka to serve: {self.folder}")
        return self

    def stop(self, broker=None, timeout=GIVE_UP):
        for process in self._chosen(broker):
            process.stop(signal.SIGTERM, timeout)

    def kill9(self, broker=None):
        """SIGKILL; one broker by its number from 1, or all. start() brings them back: same
        data, same ports."""
        for process in self._chosen(broker):
            process.kill9()

    def restart(self):
        self.stop()
        return self.start()

    def freeze(self, broker=None):
        """Stops it without its knowledge, as a network cut or a long pause would."""
        for process in self._chosen(broker):
            process.send(signal.SIGSTOP)

    def thaw(self, broker=None):
        for process in self._chosen(broker):
            process.send(signal.SIGCONT)

    @property
    def pid(self):
        """Of the first broker."""
        return self._processes[0].pid

    @property
    def proxy(self):
        return self.proxies[0]

    def log(self, broker=1):
        return (self.folder / f"broker-{broker}.log").read_text(errors="replace")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        for proxy in self.proxies:
            proxy.close()
        self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Topics

    @property
    def admin(self):
        if self._admin is None:
            self._admin = AdminClient(client_config(self.bootstrap))
        return self._admin

    def topics(self, pattern=".*"):
        """Names of the topics that `pattern` matches whole; Kafka's internal ones left out."""
        names = self.admin.list_topics(timeout=GIVE_UP).topics
        return sorted(name for name in names
                      if re.fullmatch(pattern, name) and not name.startswith("__"))

    def partitions(self, topic):
        return len(self.admin.list_topics(timeout=GIVE_UP).topics[topic].partitions)

    def create_topic(self, name, partitions=1, replication=1, **config):
        """Config names with _ for the dot: cleanup_policy="compact"."""
        config = {key.replace("_", "."): str(value) for key, value in config.items()}
        new = NewTopic(name, partitions, replication, config=config)
        _result(self.admin.create_topics([new], operation_timeout=GIVE_UP))
        wait_until(lambda: name in self.topics(), what=f"topic {name}")

    def delete_topic(self, name):
        _result(self.admin.delete_topics([name], operation_timeout=GIVE_UP))
        wait_until(lambda: name not in self.topics(), what=f"topic {name} to go")

    def add_partitions(self, topic, total):
        _result(self.admin.create_partitions([NewPartitions(topic, total)]))
        wait_until(lambda: self.partitions(topic) == total, what=f"partitions of {topic}")

    def topic_config(self, name):
        """Every setting of a topic that is not the broker's default."""
        resource = ConfigResource(ConfigResource.Type.TOPIC, name)
        entries = _result(self.admin.describe_configs([resource]))
        return {key: entry.value for key, entry in entries.items() if not entry.is_default}

    # Records

    def reader(self, pattern, isolation="read_committed", **config):
        """A Reader of all topics that `pattern` matches whole, from their start."""
        return Reader(self.bootstrap, pattern, isolation, **config)

    def consume(self, pattern, count=None, *, isolation="read_committed", timeout=GIVE_UP,
                quiet=0.7):
        """All records, see Reader.read; once, from the start."""
        with self.reader(pattern, isolation) as reader:
            return reader.read(count, timeout=timeout, quiet=quiet)

    def count(self, pattern, isolation="read_committed"):
        """How many records are there now."""
        with self.reader(pattern, isolation) as reader:
            return len(reader.read(quiet=0))

    def java(self, main_class, *arguments):
        """Runs one of Kafka's own tools (kafka.admin.ConfigCommand …); its output."""
        done = subprocess.run(self._java(main_class, *arguments), capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise RuntimeError(f"{main_class}: {done.stdout}{done.stderr}")
        return done.stdout

    def allow(self, *arguments, user=user):
        """Grants something to alice: allow("--operation", "Write", "--topic", "shop.",
        "--resource-pattern-type", "prefixed")."""
        _, acl_command = _VERSIONS[self.version]
        self.java(acl_command, "--bootstrap-server", self.bootstrap, "--add",
                  "--allow-principal", f"User:{user}", *arguments)

    # Inside

    def _chosen(self, broker):
        processes = self._processes if broker is None else [self._processes[broker - 1]]
        return [process for process in processes if process]

    def _java(self, main_class, *arguments):
        logging, _ = _VERSIONS[self.version]
        classes = f"{kafka_dir(self.version)}/*"
        return ["java", *self._jvm, logging, "-cp", classes, main_class, *arguments]

    def _start_broker(self, index):
        folder = self.folder / f"broker-{index + 1}"
        config = self.folder / f"broker-{index + 1}.properties"
        log = self.folder / f"broker-{index + 1}.log"
        if not folder.exists():
            settings = self._broker_settings(index, folder)
            config.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
            self._format(config)
        self._processes[index] = Process(self._java("kafka.Kafka", config), log, cwd=self.folder)

    def _format(self, config):
        users = [f"{mechanism}=[name={self.user},password={self.password}]"
                 for mechanism in _SCRAM if self._secure]
        scram = [argument for user in users for argument in ("--add-scram", user)]
        self.java("kafka.tools.StorageTool", "format", "-t", self._cluster_id, "-c", str(config),
                  *scram)

    def _broker_settings(self, index, folder):
        ports, copies = self._ports[index], min(3, len(self._ports))
        listeners = {"plain": "PLAINTEXT", "controller": "PLAINTEXT",
                     **{name: protocol for name, (protocol, _) in self._secure.items()}}
        advertised = dict(ports)
        if self.proxies:
            listeners["behind_proxy"] = "PLAINTEXT"
            advertised["behind_proxy"] = ports["proxied"]

        def urls(ports, names):
            return ",".join(f"{name.upper()}://127.0.0.1:{ports[name]}" for name in names)

        settings = {
            **_SMALL,
            "node.id": index + 1,
            "process.roles": "broker,controller",
            "controller.quorum.voters": self._voters(),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAIN",
            "listeners": urls(ports, listeners),
            "advertised.listeners": urls(advertised, [n for n in listeners if n != "controller"]),
            "listener.security.protocol.map": ",".join(
                f"{name.upper()}:{protocol}" for name, protocol in listeners.items()),
            "log.dirs": folder,
        }
        for topic in ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic"):
            settings[f"{topic}.replication.factor"] = copies
        settings["transaction.state.log.min.isr"] = max(1, copies - 1)
        settings["share.coordinator.state.topic.min.isr"] = max(1, copies - 1)
        settings["default.replication.factor"] = copies
        return {**settings, **self._security_settings(), **self._settings}

    def _voters(self):
        return ",".join(f"{number}@127.0.0.1:{ports['controller']}"
                        for number, ports in enumerate(self._ports, 1))

    def _security_settings(self):
        settings = {}
        for name, (protocol, certificate) in self._secure.items():
            prefix = f"listener.name.{name}."
            if certificate:
                settings.update(self._tls(prefix, certificate, name == "mtls"))
            if protocol.startswith("SASL"):
                settings.update(self._sasl(prefix))
        if self._acls:
            settings["authorizer.class.name"] = \
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
            settings["super.users"] = "User:ANONYMOUS"
        return settings

    def _tls(self, prefix, certificate, client_certificate):
        return {
            prefix + "ssl.keystore.type": "PEM",
            prefix + "ssl.keystore.location": getattr(self.certs, certificate).both,
            prefix + "ssl.truststore.type": "PEM",
            prefix + "ssl.truststore.location": self.certs.ca.cert,
            prefix + "ssl.client.auth": "required" if client_certificate else "none",
        }

    def _sasl(self, prefix):
        plain = f'{_JAAS}.plain.PlainLoginModule required user_{self.user}="{self.password}";'
        scram = f"{_JAAS}.scram.ScramLoginModule required;"
        return {
            prefix + "sasl.enabled.mechanisms": ",".join(["PLAIN", *_SCRAM]),
            prefix + "plain.sasl.jaas.config": plain,
            prefix + "scram-sha-256.sasl.jaas.config": scram,
            prefix + "scram-sha-512.sasl.jaas.config": scram,
        }

    def _serves(self):
        for process in self._chosen(None):
            if not process.alive():
                raise RuntimeError("a broker didn't start\n" + process.tail())
        try:
            return len(self.admin.list_topics(timeout=1).brokers) == len(self._processes)
        except KafkaException:
            return False


def _result(futures):
    (future,) = futures.values()
    return future.result(timeout=GIVE_UP)
