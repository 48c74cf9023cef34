"""Makes the calls of a recording again, and tells where answers differ.

A call that only reads is made again until its answer is the recorded one, for some seconds: what
the real worker had reached when it was asked, another one reaches a little earlier or later.
"""
import http.client
import json
import os
import re
import time
import urllib.parse

PATIENCE = 60
READS = ("GET", "HEAD", "OPTIONS")
VOLATILE = {"worker_id", "kafka_cluster_id", "commit", "trace", "last_modified", "ts_usec", "lsn",
            "lsn_proc", "lsn_commit", "txId"}
# What a definition of ours may say otherwise: its own default, as long as there is one.
DEFINITION = ("type", "required", "importance", "group", "width", "display_name", "dependents",
              "order")
SENT = {"Accept": "application/json", "Content-Type": "application/json"}


def load(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Api:
    """One server; names of the recording's machine are replaced by this one's."""

    def __init__(self, url, names, headers=None):
        self.url, self.names, self.headers = url, names, headers or {}
        address = urllib.parse.urlsplit(url)
        self.host, self.port = address.hostname, address.port

    def named(self, text):
        for theirs, ours in self.names.items():
            text = text.replace(theirs, ours)
        return text

    def unnamed(self, text):
        for theirs, ours in self.names.items():
            text = text.replace(ours, theirs)
        return text

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, text)"""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            data = None if body is None else self.named(body).encode()
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in {**self.headers, **(headers or {})}.items():
                connection.putheader(name, value)
            if data is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def json(self, method, path, body=None):
        """(status, JSON or None)"""
        status, _, text = self.ask(method, path, None if body is None else json.dumps(body),
                                   {**SENT} if body is not None else
                                   {"Accept": "application/json"})
        return status, json.loads(text) if text else None

    def call(self, call):
        headers = dict(SENT)
        if "body" not in call:
            del headers["Content-Type"]
        headers.update(call.get("headers", {}))
        status, got, text = self.ask(
            call["method"], call["path"], call.get("body"),
            {name: value for name, value in headers.items() if value is not None})
        text = self.unnamed(text)
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = None
        return {"status": status, "headers": got, "body": body, "text": text}


def normal(value):
    if isinstance(value, dict):
        return {key: "#" if key in VOLATILE else normal(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [normal(item) for item in value]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value


def stripped(value, names):
    """Without the members of these names, wherever they stand."""
    if isinstance(value, dict):
        return {key: stripped(item, names) for key, item in value.items()
                if not any(re.fullmatch(name, key) for name in names)}
    return [stripped(item, names) for item in value] if isinstance(value, list) else value


def first_difference(path, a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in list(a) + [key for key in b if key not in a]:
            if key not in b:
                return f"{path}.{key} is missing"
            if key not in a:
                return f"{path}.{key} is new: {json.dumps(b[key])[:200]}"
            if found := first_difference(f"{path}.{key}", a[key], b[key]):
                return found
        return None
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            if found := first_difference(f"{path}[{i}]", x, y):
                return found
        return None
    if a == b:
        return None
    a, b = json.dumps(a), json.dumps(b)
    start = max(0, len(os.path.commonprefix([a, b])) - 60)
    return f"{path}: …{a[start:start + 300]} -> …{b[start:start + 300]}"


class Comparison:
    def __init__(self, definitions):
        self.definitions = definitions

    def expanded(self, value):
        if isinstance(value, dict):
            if list(value) == ["$"]:
                return self.definitions[value["$"]]
            return {key: self.expanded(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.expanded(item) for item in value]
        return value

    def differences(self, expected, got, allowed):
        """Sentences. allowed: a status, parts of a body that aren't compared …"""
        status = allowed.get("status", expected["status"])
        if got["status"] != status:
            return [f"status {status} -> {got['status']}: {got['text'][:300]}"]
        found = self.headers(expected, got) if status == expected["status"] else []
        if status >= 400 and status != expected["status"] or "message" in allowed:
            return found + self.error(status, allowed, got)
        if "body" in allowed:
            wanted = json.loads(allowed["body"])
        else:
            wanted = self.expanded(expected.get("body"))
        return found + self.bodies(wanted, got["body"], allowed)

    @staticmethod
    def headers(expected, got):
        found = []
        for name in ("Content-Type", "Location", "Allow", "Cache-Control"):
            a, b = (re.sub(r"//[^/]*", "//", x.get(name, "")) for x in
                    (expected["headers"], got["headers"]))
            if a != b:
                found.append(f"{name}: {a!r} -> {b!r}")
        return found

    @staticmethod
    def error(status, allowed, got):
        body = got["body"]
        if not isinstance(body, dict) or set(body) != {"error_code", "message"} \
                or body["error_code"] != status:
            return [f"not an error: {got['text'][:300]}"]
        if allowed.get("message", "") not in body["message"]:
            return [f"message {allowed['message']!r} -> {body['message']!r}"]
        return []

    def bodies(self, a, b, allowed):
        if isinstance(a, dict) and isinstance(b, dict) and "configs" in a and "configs" in b:
            return self.validations(a, b, allowed)
        if isinstance(a, list) and a and isinstance(a[0], dict) and "display_name" in a[0]:
            return self.definition_lists(a, b, allowed)
        if allowed.get("more"):
            lacking = [item for item in normal(a) if item not in normal(b)
                       and not re.fullmatch(allowed.get("except", ""), item["class"])]
            return [f"lacks {json.dumps(lacking)}"] if lacking else []
        without = allowed.get("without", [])
        a, b = (stripped(normal(x), without) for x in (a, b))
        found = first_difference("body", a, b)
        return [found] if found else []

    def definition_lists(self, a, b, allowed):
        return self.by_name({x["name"]: {"definition": x} for x in a},
                            {x["name"]: {"definition": x} for x in b or []}, allowed)

    def validations(self, a, b, allowed):
        found = self.by_name({x["definition"]["name"]: x for x in a["configs"]},
                             {x["definition"]["name"]: x for x in b["configs"]}, allowed)
        skipped = {"configs", "warnings", *allowed.get("without", [])}
        rest = first_difference("body", *(stripped(normal(x), skipped) for x in (a, b)))
        return found + ([rest] if rest else [])

    def by_name(self, a, b, allowed):
        found = []
        for name in a:
            if any(re.fullmatch(pattern, name) for pattern in allowed.get("properties", ())):
                continue
            if name not in b:
                found.append(f"{name} is missing")
                continue
            x, y = a[name]["definition"], b[name]["definition"]
            for key in DEFINITION:
                if key in allowed.get("unlike", ()):
                    continue
                if x.get(key) != y.get(key):
                    found.append(f"{name}: {key} {x.get(key)!r} -> {y.get(key)!r}")
            value = first_difference(f"{name}: value", normal(self.judged(a[name])),
                                     normal(self.judged(b[name])))
            found += [value] if value else []
        return found

    @staticmethod
    def judged(entry):
        """What is compared of a value: that something is wrong, and what is recommended isn't
        ours to repeat where we take less."""
        value = entry.get("value") or {"name": entry["definition"]["name"]}
        return {"value": value.get("value"), "errors": value.get("errors", [])}


def replay(api, call, comparison, allowed):
    """What differs, after some patience."""
    end = time.monotonic() + PATIENCE
    while True:
        found = comparison.differences(call["answer"], api.call(call), allowed)
        if not found or call["method"] not in READS or time.monotonic() > end:
            return found
        time.sleep(0.1)
