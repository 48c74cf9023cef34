#!/usr/bin/env python3
"""Turns recordings of a real Debezium into the cases of a folder here.

usage: import.py RECORDINGS [NAME...] [--into FOLDER]

FOLDER is postgres or mysql; the latter for MySQL and MariaDB, whose recordings have another form
(binlog_recording.py). RECORDINGS holds a folder for each case: connector.json, setup.sql,
changes.sql, case.json (about, mask, collapse, topics, endless, no_stream, continue),
expected.jsonl (a record a line: topic,
partition, key, value, headers) and outcome.json (connector_state, task_states, trace_head,
sql_errors, slot, publication); rest.json may tell the errors of a validation.
"""
import argparse
import json
import os
import re

import binlog_recording
import case as cases
import mask

_NAMES = {"${PG_DB}": "${NAME}", "${SLOT}": "${NAME}", "${TOPIC_PREFIX}": "${NAME}"}


class Recording:
    def __init__(self, path):
        self.path = path
        self.meta = self.json("case.json", {})
        self.outcome = self.json("outcome.json", {})

    def text(self, name):
        try:
            with open(os.path.join(self.path, name), encoding="utf-8", newline="\n") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def json(self, name, default):
        text = self.text(name)
        return json.loads(text) if text else default

    def case(self, name):
        c = cases.Case(name, self.meta.get("about", name))
        c.config = {k: _renamed(v) for k, v in self.json("connector.json", {}).items()}
        for kind in c.lists:
            c.lists[kind] = self.meta.get(kind, [])
        flags = {"endless": "endless", "no_stream": "no-stream", "continue": "go-on"}
        c.flags = {ours for theirs, ours in flags.items() if self.meta.get(theirs)}
        c.steps = [(None, "", _sql(self.text("setup.sql")))]
        parts = re.split(r"^-- @(\S+)(?: (.*))?\n", self.text("changes.sql"), flags=re.M)
        c.steps.append(("create", "", _sql(parts[0])))
        for word, argument, sql in zip(parts[1::3], parts[2::3], parts[3::3]):
            if word == "offsets":       # a look at the stored offsets, over REST
                before = c.steps[-1]
                c.steps[-1] = before[:2] + (before[2] + _sql(sql),)
            else:
                c.steps.append((word, argument or "", _sql(sql)))
        return c

    def expected(self):
        e = cases.Expected()
        records = [json.loads(x) for x in self.text("expected.jsonl").split("\n") if x]
        if any(r.get("timestamp_type") != "CreateTime" for r in records):
            raise SystemExit(f"{self.path}: a record has no CreateTime")
        if any("key_enc" in r or "value_enc" in r for r in records):
            raise SystemExit(f"{self.path}: a record is not text")
        meta = self.meta
        e.records = mask.masked(records, meta.get("mask", ()), meta.get("collapse", ()),
                                meta.get("ignore_topics", ()))
        states = [self.outcome.get("connector_state")] + self.outcome.get("task_states", [])
        e.state = "REFUSED" if states == [None] else "FAILED" if "FAILED" in states else "RUNNING"
        e.errors = [_error(x) for x in self.outcome.get("trace_head", []) if x[0] != "\t"]
        e.errors += self.refusal(e)
        e.sql_errors = self.outcome.get("sql_errors", [])
        e.slot = self.outcome.get("slot", "")
        e.publications = [cases.sorted_tables(x) for x in self.outcome.get("publication", [])]
        return e

    def refusal(self, e):
        for answer in self.json("rest.json", []):
            if answer.get("label") == "validate" and "errors" in answer:
                e.blames += answer["errors"]
                yield from (x for xs in answer["errors"].values() for x in xs)


def _renamed(value):
    for theirs, ours in _NAMES.items():
        value = value.replace(theirs, ours)
    return value


def _sql(text):
    return _renamed(text) + ("" if not text or text.endswith("\n") else "\n")


def _error(line):
    """an error without the state objects that a stack trace prints"""
    line = re.sub(r"PostgresOffsetContext \[.*\]|SourceRecord\{.*\}|at offset \{.*\}", "…", line)
    return re.sub(r"^(Caused by: )?([\w.]+\.)+(\w+): ", r"\3: ", line)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("recordings")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--into", default="postgres")
    a = parser.parse_args()
    into = os.path.join(os.path.dirname(os.path.abspath(__file__)), a.into)
    os.makedirs(into, exist_ok=True)
    for name in a.names or sorted(os.listdir(a.recordings)):
        path = os.path.join(a.recordings, name)
        if a.into == "mysql":
            binlog_recording.take(path, name, into)
            continue
        r = Recording(path)
        r.case(name).write(os.path.join(into, name + ".sql"))
        r.expected().write(os.path.join(into, name + ".expected"))


if __name__ == "__main__":
    main()
