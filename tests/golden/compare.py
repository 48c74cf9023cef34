"""Compares masked records, byte for byte, and shows the first difference so that it can be read."""
import collections

from jsontext import NotJson, leaves

_BEFORE, _AFTER = 90, 110


def differences(actual, expected):
    """what differs, as lines to print; empty if nothing does"""
    ours, theirs = _by_topic(actual), _by_topic(expected)
    out = []
    for topic in list(theirs) + [t for t in ours if t not in theirs]:
        if topic not in ours:
            out.append(f"topic {topic} is missing: {len(theirs[topic])} records expected")
        elif topic not in theirs:
            out.append(f"topic {topic} is not expected: {len(ours[topic])} records")
        else:
            out += _topic(topic, ours[topic], theirs[topic])
    return out


def _by_topic(records):
    out = collections.defaultdict(list)
    for r in records:
        out[r["topic"]].append(r)
    return out


def _topic(topic, ours, theirs):
    out = []
    for n, (a, e) in enumerate(zip(ours, theirs)):
        field = next((f for f in e if a[f] != e[f]), None)
        if field:
            out.append(f"{topic} record {n} {field}:\n{_where(a[field], e[field])}")
            break
    if len(ours) != len(theirs):
        out.append(f"{topic}: {len(ours)} records, expected {len(theirs)}")
    return out


def _where(actual, expected):
    if not isinstance(actual, str) or not isinstance(expected, str):
        return f"    expected {expected}\n    actual   {actual}"
    pairs = enumerate(zip(actual, expected))
    at = next((i for i, (a, e) in pairs if a != e), min(len(actual), len(expected)))
    start = max(0, at - _BEFORE)
    return (f"    at {_path(expected, at)} (character {at})\n"
            f"    expected …{expected[start:at + _AFTER]}\n"
            f"    actual   …{actual[start:at + _AFTER]}")


def _path(text, at):
    try:
        return next((".".join(map(str, p)) for p, _, end in leaves(text) if end >= at), "the end")
    except NotJson:
        return "text"
