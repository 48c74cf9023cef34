"""PUT /connector-plugins/X/config/validate: each connector, good and bad, with its database."""

import pytest

from bed import Rest, Tailrace, connector, stored
from bed.ports import free_port

FILE = "org.apache.kafka.connect.file.FileStream"


@pytest.fixture(scope="module")
def rest(kafka):
    port = free_port()
    with Tailrace(worker=stored(kafka, f"validate-{port}", port)):
        yield Rest(port).wait_ready()


@pytest.fixture
def validate(rest):
    """validate(config): the answer and {property: errors}."""
    def call(config):
        answer = rest.put(f"/connector-plugins/{config['connector.class']}/config/validate",
                          {key: str(value) for key, value in config.items()})
        assert answer.status == 200, answer.text
        values = [entry["value"] for entry in answer.json["configs"]]
        return answer.json, {value["name"]: value["errors"] for value in values if value["errors"]}

    return call


@pytest.fixture(params=["db", "mysql_db", "mariadb_db"])
def config(request):
    """A good one, for each database."""
    return {"name": "c"} | connector(request.getfixturevalue(request.param))


def test_a_good_one(validate, config):
    answer, errors = validate(config)
    assert errors == {} and answer["error_count"] == 0
    assert "warnings" not in answer
    assert "Connector" in answer["groups"]
    names = [entry["definition"]["name"] for entry in answer["configs"]]
    assert len(names) == len(set(names))
    for name in ("name", "topic.prefix", "database.hostname", "snapshot.mode",
                 "table.include.list", "errors.tolerance", "offsets.storage.topic"):
        assert name in names
    assert all(entry["value"]["value"] is None for entry in answer["configs"]
               if entry["definition"]["type"] == "PASSWORD")


def test_what_is_missing(validate, config):
    _, errors = validate({"connector.class": config["connector.class"]})
    wanted = {"name", "topic.prefix", "database.hostname", "database.user"}
    wanted.add("database.dbname" if "database.dbname" in config else "database.server.id")
    assert set(errors) == wanted
    assert errors["topic.prefix"] == ["The 'topic.prefix' value is invalid: A value is required"]


def test_a_database_that_is_not_there(validate, config):
    _, errors = validate(config | {"database.port": free_port()})
    assert list(errors) == ["database.hostname"]
    assert errors["database.hostname"][0].startswith("Error while validating connector config: ")


def test_a_wrong_password(validate, config):
    _, errors = validate(config | {"database.user": "nobody_of_this_name",
                                   "database.password": "sesame"})
    assert list(errors) == ["database.hostname"]
    assert "sesame" not in str(errors)


def test_what_is_wrong_is_told_by_property(validate, config):
    answer, errors = validate(config | {
        "decimal.handling.mode": "exact", "tombstones.on.delete": "perhaps", "tasks.max": "0",
        "table.include.list": "a", "table.exclude.list": "b", "column.exclude.list": "[",
        "slot.nam": "x", "transforms": "r", "transforms.r.type": "com.example.Nope"})
    assert set(errors) == {"decimal.handling.mode", "tombstones.on.delete", "tasks.max",
                           "table.exclude.list", "column.exclude.list", "transforms.r.type"}
    assert answer["error_count"] == 6
    assert any("slot.nam " in warning for warning in answer["warnings"])


def test_transforms_have_entries(validate, config):
    answer, errors = validate(config | {
        "transforms": "u", "transforms.u.type": "io.debezium.transforms.ExtractNewRecordState",
        "transforms.u.delete.tombstone.handling.mode": "rewrite"})
    assert errors == {} and "Transforms: u" in answer["groups"]
    values = {entry["value"]["name"]: entry["value"]["value"] for entry in answer["configs"]}
    assert values["transforms.u.delete.tombstone.handling.mode"] == "rewrite"
    assert values["transforms.u.add.fields.prefix"] == "__"


def test_the_file_connectors(validate):
    answer, errors = validate({"connector.class": FILE + "SourceConnector", "name": "f",
                               "topic": "t"})
    assert errors == {} and answer["error_count"] == 0
    _, errors = validate({"connector.class": FILE + "SourceConnector", "batch.size": "many"})
    assert set(errors) == {"name", "topic", "batch.size"}
    _, errors = validate({"connector.class": FILE + "SinkConnector", "name": "f"})
    assert set(errors) == {"topics", "topics.regex"}
    _, errors = validate({"connector.class": FILE + "SinkConnector", "name": "f", "topics": "t"})
    assert errors == {}


def test_definitions_are_all_there(rest):
    plugins = rest.get("/connector-plugins?connectorsOnly=false").json
    assert {plugin["type"] for plugin in plugins} == {
        "source", "sink", "converter", "header_converter", "transformation", "predicate"}
    for plugin in plugins:
        definitions = rest.get(f"/connector-plugins/{plugin['class']}/config")
        assert definitions.status == 200, plugin
        for definition in definitions.json:
            assert definition["documentation"] and definition["display_name"], definition
