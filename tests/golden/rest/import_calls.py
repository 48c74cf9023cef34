#!/usr/bin/env python3
"""Turns a recording of Kafka Connect's REST API into calls.jsonl.

usage: import_calls.py RECORDING

RECORDING has a JSON object on each line: id, note, request (method, path, headers, body), status,
headers, body_text and, if that is JSON, body. What repeats is written once: a definition of a
property becomes {"$": its number} and stands in definitions.jsonl, without its documentation, which
is each project's own.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
HEADERS = ("Content-Type", "Location", "Allow", "Cache-Control")
DEFAULTS = {"Accept": "application/json", "Content-Type": "application/json"}


class Definitions:
    def __init__(self):
        self.numbers = {}

    def number(self, definition):
        kept = {key: value for key, value in definition.items() if key != "documentation"}
        return self.numbers.setdefault(json.dumps(kept), len(self.numbers))

    def replaced(self, value):
        if isinstance(value, dict):
            if "documentation" in value and "display_name" in value:
                return {"$": self.number(value)}
            return {key: self.replaced(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.replaced(item) for item in value]
        return value


def own_headers(request):
    """Those that a call doesn't have anyway; None: it lacks one."""
    usual = dict(DEFAULTS)
    if request["body"] is None:
        del usual["Content-Type"]
    sent = request["headers"]
    return {key: sent.get(key) for key in {**usual, **sent} if sent.get(key) != usual.get(key)}


def call_of(recorded, definitions):
    request = recorded["request"]
    call = {"id": recorded["id"], "note": recorded["note"], "method": request["method"],
            "path": request["path"]}
    if headers := own_headers(request):
        call["headers"] = headers
    if request["body"] is not None:
        call["body"] = request["body"]
    answer = {"status": recorded["status"],
              "headers": {key: value for key, value in recorded["headers"].items()
                          if key in HEADERS}}
    if recorded["status"] < 500 and "body" in recorded:
        answer["body"] = definitions.replaced(recorded["body"])
    call["answer"] = answer
    return call


def main():
    definitions = Definitions()
    with open(sys.argv[1], encoding="utf-8") as recording:
        calls = [call_of(json.loads(line), definitions) for line in recording]
    with open(os.path.join(HERE, "calls.jsonl"), "w", encoding="utf-8") as file:
        for call in calls:
            file.write(json.dumps(call, ensure_ascii=False, separators=(",", ":")) + "\n")
    with open(os.path.join(HERE, "definitions.jsonl"), "w", encoding="utf-8") as file:
        for text in definitions.numbers:
            file.write(json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) +
                       "\n")


main()
