"""Configurations to start from. Every function takes properties to add or change; None removes
one; a _ in a keyword stands for a dot: `connector(db, snapshot_mode="no_data")`."""


_CLASSES = {
    "postgres": "io.debezium.connector.postgresql.PostgresConnector",
    "mysql": "io.debezium.connector.mysql.MySqlConnector",
    "mariadb": "io.debezium.connector.mariadb.MariaDbConnector",
}

_CREATION = {f"topic.creation.default.{key}": "1" for key in ("replication.factor", "partitions")}


def connector(db, name=None, **changes):
    """A connector for a bed Database of any server. Its prefix, and PostgreSQL's slot and
    publication, bear its name."""
    name = name or db.name
    server = db.server
    return _changed({
        "name": name,
        "connector.class": _CLASSES[server.kind],
        "database.hostname": server.host,
        "database.port": server.port,
        "database.user": server.user,
        "database.password": server.password,
        "topic.prefix": name,
        **(_postgres if server.kind == "postgres" else _mysql)(db, name),
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "key.converter.schemas.enable": "false",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "false",
    }, changes)


def _postgres(db, name):
    return {"plugin.name": "pgoutput", "database.dbname": db.name, "slot.name": name,
            "publication.name": name}


def _mysql(db, _):
    return {"database.server.id": db.server_id, "database.include.list": db.name}


def debezium(kafka, db):
    """Changes for connector() with which Debezium runs it, too."""
    name = db.name
    if db.server.kind == "postgres":
        return dict(_CREATION)
    driver = {"driver.allowPublicKeyRetrieval": "true"}  # its driver, without TLS
    return {
        "schema.history.internal.kafka.bootstrap.servers": kafka.bootstrap,
        "schema.history.internal.kafka.topic": f"{name}-history",
        **(driver if db.server.kind == "mysql" else {}),
        **_CREATION,
    }


def worker(kafka, group="bed", **changes):
    """A worker of its own group and offsets topic for a bed Kafka."""
    return _changed({
        "bootstrap.servers": kafka.bootstrap,
        "group.id": group,
        "offset.storage.topic": f"{group}-offsets",
        "offset.storage.replication.factor": "1",
        "offset.storage.partitions": "3",  # hundreds of tests share a broker
        "listeners": "",
    }, changes)


def stored(kafka, group, port, **changes):
    """A worker like worker()'s that keeps connectors in Kafka Connect's topics, with its REST API
    on a port of 127.0.0.1. Connect takes it, too."""
    return worker(kafka, group, **_changed({
        "config.storage.topic": f"{group}-configs",
        "config.storage.replication.factor": "1",
        "status.storage.topic": f"{group}-status",
        "status.storage.replication.factor": "1",
        "listeners": f"http://127.0.0.1:{port}",
    }, changes))


def to_stdout(folder):
    """Changes for connector(): records on standard output, offsets in a file, no Kafka."""
    return {"sink.type": "stdout", "offset.storage.file.filename": folder / "offsets"}


def _changed(settings, changes):
    for key, value in changes.items():
        settings[key.replace("_", ".")] = value
    return {key: str(value) for key, value in settings.items() if value is not None}
