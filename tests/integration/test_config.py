"""A configuration that can't be right: refused before anything is touched, exit status 2, and one
look tells what to do."""

import json

import pytest

from bed import Tailrace

_GOOD = {
    "name": "shop",
    "connector.class": "postgres",
    "database.hostname": "127.0.0.1",
    "database.port": "1",
    "database.user": "alice",
    "database.password": "open-sesame",
    "database.dbname": "shop",
    "topic.prefix": "shop",
}
_WORKER = {"bootstrap.servers": "127.0.0.1:1"}


def refused(*connectors, worker=None, command="check", **env):
    """What stderr says of it."""
    done = Tailrace(*connectors, worker={**_WORKER, **(worker or {})}, command=command,
                    env=env).run()
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stderr.startswith("tailrace: "), done.stderr
    assert "open-sesame" not in done.stderr + done.stdout
    return done.stderr


def changed(**changes):
    config = {**_GOOD, **{key.replace("_", "."): value for key, value in changes.items()}}
    return {key: value for key, value in config.items() if value is not None}


@pytest.mark.parametrize("changes, words", [
    ({"table_includelist": "a.b"}, ["table.includelist", "table.include.list"]),
    ({"slot_nam": "a"}, ["slot.nam", "slot.name"]),
    ({"database_server_name": "a"}, ["database.server.name", "topic.prefix"]),
    ({"database_port": "many"}, ["database.port", '"many"']),
    ({"database_port": "70000"}, ["database.port", "70000"]),
    ({"snapshot_max_threads": "0"}, ["snapshot.max.threads", "0"]),
    ({"tombstones_on_delete": "perhaps"}, ["tombstones.on.delete", "perhaps"]),
    ({"snapshot_mode": "never"}, ["snapshot.mode", "never", "no_data"]),
    ({"snapshot_mode": "bogus"}, ["snapshot.mode", "bogus", "initial"]),
    ({"plugin_name": "decoderbufs"}, ["plugin.name", "pgoutput"]),
    ({"slot_name": "Not-A-Slot"}, ["slot.name", "Not-A-Slot"]),
    ({"database_hostname": None}, ["database.hostname"]),
    ({"topic_prefix": None}, ["topic.prefix"]),
    ({"topic_prefix": "a b"}, ["topic.prefix", "a b"]),
    ({"table_include_list": "a.b", "table_exclude_list": "a.c"},
     ["table.include.list", "table.exclude.list"]),
    ({"schema_include_list": "a", "schema_exclude_list": "b"},
     ["schema.include.list", "schema.exclude.list"]),
    ({"column_include_list": "a.b.c", "column_exclude_list": "a.b.d"},
     ["column.include.list", "column.exclude.list"]),
    ({"table_include_list": "public.(a"}, ["table.include.list", "public.(a"]),
    ({"message_key_columns": "no colon"}, ["message.key.columns"]),
    ({"connector_class": "io.example.Unknown"}, ["connector.class", "io.example.Unknown",
                                                 "postgres"]),
    ({"sink_type": "carrier-pigeon"}, ["sink.type", "carrier-pigeon"]),
])
def test_one_wrong_property(changes, words):
    said = refused(changed(**changes))
    for word in words:
        assert word in said, said


@pytest.mark.parametrize("value, word", [
    ("${file:/nowhere/secrets:password}", "/nowhere/secrets"),
    ("${env:TAILRACE_TEST_NO_SUCH}", "TAILRACE_TEST_NO_SUCH"),
    ("${dir:/nowhere:password}", "/nowhere"),
    ("${vault:a:b}", "vault"),
])
def test_a_secret_that_cannot_be_read(value, word):
    said = refused(changed(database_password=value))
    assert "database.password" in said and word in said


def test_a_key_that_the_secret_file_lacks(tmp_path):
    secrets = tmp_path / "secrets.properties"
    secrets.write_text("other=open-sesame\n")
    said = refused(changed(database_password=f"${{file:{secrets}:password}}"))
    assert "database.password" in said and str(secrets) in said and "password" in said


def test_two_connectors_of_one_name():
    one = Tailrace(changed(), worker=_WORKER)
    one.argv()  # writes the files
    twice = one.folder / "again.json"
    twice.write_text((one.folder / "shop.json").read_text())
    one.args = [str(twice)]
    one.command = "check"
    done = one.run()
    assert done.returncode == 2
    assert "shop" in done.stderr and "already" in done.stderr and str(twice) in done.stderr


def test_two_connectors_of_one_slot():
    said = refused(changed(), {**changed(topic_prefix="other"), "name": "other"})
    assert "slot.name" in said and "shop" in said and "other" in said


def test_all_mistakes_are_told_at_once():
    said = refused(changed(database_port="many", slot_nam="x", topic_prefix=None))
    assert "database.port" in said and "slot.nam" in said and "topic.prefix" in said


def test_a_secret_stays_out_of_the_message_about_it(tmp_path):
    secrets = tmp_path / "secrets.properties"
    secrets.write_text("port=open-sesame\n")
    said = refused(changed(database_port=f"${{file:{secrets}:port}}"))
    assert "database.port" in said


def test_an_unknown_property_of_the_worker():
    said = refused(changed(), worker={"ofset.storage.topic": "x"})
    assert "ofset.storage.topic" in said and "offset.storage.topic" in said


@pytest.mark.parametrize("text, word", [
    ("", "JSON"),
    ("{", "JSON"),
    ("[]", "object"),
    ('{"name": "a"}', "connector.class"),
    ('{"name": "a", "config": []}', "config"),
])
def test_a_file_that_is_no_configuration(tmp_path, text, word):
    path = tmp_path / "bad.json"
    path.write_text(text)
    done = Tailrace(command="check", args=[path]).run()
    assert done.returncode == 2
    assert str(path) in done.stderr and word in done.stderr
    assert done.stderr.count("\n") == 1, "one mistake, one message"


def test_a_file_that_is_not_there():
    done = Tailrace(command="run", args=["/nowhere/shop.json"]).run()
    assert done.returncode == 2
    assert "/nowhere/shop.json" in done.stderr


def test_no_connector_at_all():
    done = Tailrace(worker=_WORKER, command="run").run()
    assert done.returncode == 2
    assert "connector" in done.stderr


@pytest.mark.parametrize("args, word", [
    ([], "command"),
    (["dance"], "dance"),
    (["run"], "FILE"),
    (["run", "--until-streaming", "x"], "--until-streaming"),
    (["run", "--log-level", "loud", "x"], "loud"),
    (["run", "--log-level"], "--log-level"),
    (["run", "--loud", "x"], "--loud"),
    (["run", "-x", "x"], "-x"),
])
def test_a_wrong_command_line(args, word):
    engine = Tailrace(command=args[0] if args else "--", args=args[1:])
    done = engine.run()
    assert done.returncode == 2
    assert word in done.stderr and "--help" in done.stderr
    assert done.stderr.startswith("tailrace: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("args", [["--help"], ["run", "--help"], ["--version"]])
def test_help_and_version(args):
    done = Tailrace(command=args[0], args=args[1:]).run()
    assert done.returncode == 0
    assert done.stdout.startswith(("tailrace 0.", "tailrace 1.", "usage: tailrace run"))
    assert not done.stderr


def test_an_ini_file_has_worker_and_connectors(tmp_path):
    """Good in all but one thing, so that the message shows that both sections were read."""
    path = tmp_path / "shop.conf"
    lines = [f"{key} = {value}" for key, value in changed(database_port="many").items()
             if key != "name"]
    path.write_text("[worker]\nbootstrap.servers = 127.0.0.1:1\ngroup.idd = x\n\n"
                    "[connector shop]\n" + "\n".join(lines) + "\n")
    done = Tailrace(command="check", args=[path]).run()
    assert done.returncode == 2
    assert "database.port" in done.stderr and "group.idd" in done.stderr


def test_the_flat_form_of_json(tmp_path):
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(changed(database_port="many")))
    done = Tailrace(command="check", args=[path]).run()
    assert done.returncode == 2
    assert "database.port" in done.stderr
