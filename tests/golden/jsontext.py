"""JSON as text: where the scalars of a text stand.

The comparison is of bytes, so values are replaced in the text itself and never by parsing and
printing again, which would hide a changed order, an escape or the form of a number.
"""
import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|<[^>]*>")


class NotJson(Exception):
    pass


def _skip(text, at):
    return _SPACE.match(text, at).end()


def _items(text, at, close, item):
    """the members of an object or array whose bracket stands at `at`; the place after it"""
    at = _skip(text, at + 1)
    if text[at:at + 1] == close:
        return at + 1
    n = 0
    while True:
        at = _skip(text, item(at, n))
        n += 1
        if text[at:at + 1] == close:
            return at + 1
        if text[at:at + 1] != ",":
            raise NotJson()
        at += 1


def leaves(text):
    """[(path, start, end)] of every scalar, in text order; a masked scalar is one too"""
    found = []

    def value(at, path):
        at = _skip(text, at)
        first = text[at:at + 1]
        if first == "{":
            return _items(text, at, "}", lambda i, _: member(i, path))
        if first == "[":
            return _items(text, at, "]", lambda i, n: value(i, path + (n,)))
        m = (_STRING if first == '"' else _SCALAR).match(text, at)
        if not m:
            raise NotJson()
        found.append((path, at, m.end()))
        return m.end()

    def member(at, path):
        m = _STRING.match(text, _skip(text, at))
        if not m:
            raise NotJson()
        at = _skip(text, m.end())
        if text[at:at + 1] != ":":
            raise NotJson()
        return value(at + 1, path + (json.loads(m.group(), strict=False),))

    if _skip(text, value(0, ())) != len(text):
        raise NotJson()
    return found


def closing(text, at):
    """the place after the bracket that closes the one at `at`"""
    depth = 0
    while True:
        if text[at] == '"':
            at = _STRING.match(text, at).end()
            continue
        depth += (text[at] in "{[") - (text[at] in "}]")
        at += 1
        if depth == 0:
            return at
