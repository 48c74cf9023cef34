"""A recording of Debezium's MySQL or MariaDB connector becomes a case.

Its folder holds: server (mysql, mariadb or both), README (what it is about), connector.json,
options.json (topics, changes_anyway, db, wait), before.sql, setup.sql, changes.sql, other files
that the SQL loads, and for each server expected.SERVER.jsonl (a record a line: topic, partition,
key, value, headers) and expected.SERVER.status.json (connector, tasks, trace, rest, sql_errors).
"""
import json
import os
import re
import shutil

import case as cases
import mask

_NAMES = {"${TOPIC_PREFIX}": "${NAME}", "${HISTORY_TOPIC}": "history.${NAME}"}
_DDL = re.compile(r"^\s*(?:/\*.*?\*/\s*|/\*!\d*\s*)?(?:ALTER|CREATE|DROP|RENAME)\b", re.I | re.M)
_STEPS = {"wait": "sync", "fresh_binlog": "fresh-binlog"}


def take(path, name, into):
    """writes the files of a case from the recording in the folder `path`"""
    servers = _text(path, "server").strip()
    servers = ["mysql", "mariadb"] if servers == "both" else [servers]
    _case(path, name, servers).write(os.path.join(into, name + ".sql"))
    for extra in os.listdir(path):
        if extra.endswith(".csv"):
            shutil.copy(os.path.join(path, extra), os.path.join(into, f"{name}.{extra}"))
    blames = sorted({b for s in servers for b in _blames(_status(path, s))})
    for server in servers:
        expected = _expected(path, server)
        if expected.state == "REFUSED":
            expected.blames = blames  # one of the two answers a bad configuration with a crash
        expected.write(os.path.join(into, f"{name}.{server}.expected"))


def _case(path, name, servers):
    options = _json(path, "options.json")
    c = cases.Case(name, _about(path, name), server=servers[0])
    c.only = servers[0] if len(servers) == 1 else None
    c.database = options.get("db", c.database)
    c.config = {k: _renamed(v) for k, v in _json(path, "connector.json").items()}
    c.lists["topics"] = [re.escape(_renamed(t)).replace(r"\$\{NAME\}", "${NAME}")
                         for t in options.get("topics", [])]
    c.flags = {flag for flag, yes in (
        ("go-on", options.get("changes_anyway")), ("no-stream", options.get("wait") == "quiet"),
        ("paced", len(_DDL.findall(_text(path, "changes.sql"))) > 1),
        ("endless", "heartbeat.interval.ms" in c.config)) if yes}
    c.steps = [(None, "", "")]
    setup = _sql(path, name, "setup.sql")
    if before := _sql(path, name, "before.sql"):
        c.steps += [("before", "", before), ("setup", "", setup)]
    else:
        c.steps = [(None, "", setup)]
    c.steps += _changes(_sql(path, name, "changes.sql"))
    return c


def _changes(text):
    parts = re.split(r"^-- @(\w+)(?: (.*))?\n", text, flags=re.M)
    steps = [("create", "", parts[0])]
    for word, argument, sql in zip(parts[1::3], parts[2::3], parts[3::3]):
        if word in ("mysql", "mariadb", "on"):
            sql = f"-- @{word}{' ' + argument if argument else ''}\n{sql}"
            steps[-1] = steps[-1][:2] + (steps[-1][2] + sql,)
        else:
            steps.append((_STEPS.get(word, word), argument or "", sql))
    return steps


def _expected(path, server):
    e, status = cases.Expected(), _status(path, server)
    records = [json.loads(x) for x in _text(path, f"expected.{server}.jsonl").split("\n") if x]
    if any(r["timestamp_type"] != "CreateTime" for r in records):
        raise SystemExit(f"{path}: a record has no CreateTime")
    e.records = mask.masked(records, collapse=[r".*heartbeat.*"])
    states = [status["connector"], *status["tasks"]]
    e.state = "REFUSED" if states == [None] else "FAILED" if "FAILED" in states else "RUNNING"
    e.errors = [_error(x) for x in status.get("trace", []) if x[0] != "\t"]
    e.errors += [_error(x) for x in status.get("rest", {}).get("message", "").split("\n")
                 if "value is invalid" in x]
    e.sql_errors = [error for _, error, _ in status.get("sql_errors", [])]
    return e


def _status(path, server):
    return _json(path, f"expected.{server}.status.json")


def _blames(status):
    return re.findall(r"The '([\w.]+)' value is invalid", status.get("rest", {}).get("message", ""))


def _error(line):
    return re.sub(r"^(Caused by: )?([\w.]+\.)+(\w+): ", r"\3: ", line)


def _about(path, name):
    about = _text(path, "README").strip().split("\n")[0]
    return name if about in ("", "see setup.sql") else about


def _sql(path, name, file):
    # The recording's own reader took each kind of line break for a plain one.
    text = re.sub("\r\n?", "\n", _renamed(_text(path, file)))
    text = text.replace("${CASE_DIR}/", "${DATA}/" + name + ".")
    return text + ("" if not text or text.endswith("\n") else "\n")


def _renamed(value):
    for theirs, ours in _NAMES.items():
        value = value.replace(theirs, ours)
    return value


def _json(path, file):
    text = _text(path, file)
    return json.loads(text) if text else {}


def _text(path, file):
    try:
        with open(os.path.join(path, file), encoding="utf-8", newline="\n") as f:
            return f.read()
    except FileNotFoundError:
        return ""
