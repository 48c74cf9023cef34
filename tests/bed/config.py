"""Configurations to start from. Every function takes properties to add or change; None removes
one; a _ in a keyword stands for a dot: `connector(db, snapshot_mode="no_data")`."""


def connector(db, name=None, **changes):
    """A PostgreSQL connector for a bed Database. Slot, publication and prefix bear its name."""
    name = name or db.name
    return _changed({
        "name": name,
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "plugin.name": "pgoutput",
        "database.hostname": db.server.host,
        "database.port": db.server.port,
        "database.user": db.server.user,
        "database.password": db.server.password,
        "database.dbname": db.name,
        "topic.prefix": name,
        "slot.name": name,
        "publication.name": name,
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "key.converter.schemas.enable": "false",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "false",
    }, changes)


def worker(kafka, group="bed", **changes):
    """A worker of its own group and offsets topic for a bed Kafka."""
    return _changed({
        "bootstrap.servers": kafka.bootstrap,
        "group.id": group,
        "offset.storage.topic": f"{group}-offsets",
        "offset.storage.replication.factor": "1",
    }, changes)


def to_stdout(folder):
    """Changes for connector(): records on standard output, offsets in a file, no Kafka."""
    return {"sink.type": "stdout", "offset.storage.file.filename": folder / "offsets"}


def _changed(settings, changes):
    for key, value in changes.items():
        settings[key.replace("_", ".")] = value
    return {key: str(value) for key, value in settings.items() if value is not None}
