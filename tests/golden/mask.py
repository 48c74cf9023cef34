"""Takes out of a record what differs between any two runs, and nothing else.

Only the characters of a volatile scalar are replaced, in place. What can still be said about it
stays: its JSON type and whether it is null; for times the number of digits and that ts_us and
ts_ns tell the same instant as ts_ms; txId, lsn and pos become ordinals, so that which records share
a transaction or a position is compared as well. A MySQL GTID loses the server's UUID only.
"""
import collections
import re

from jsontext import NotJson, leaves

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"(?:^|.*[._])(ts_ms|ts_us|ts_ns)$")
_ORDINAL = re.compile(r"(?:^|.*[._])(txId|lsn|xmin|origin_lsn)$")
_SEQUENCE = re.compile(r"(?:^|.*[._])sequence$")
_VERSION = re.compile(r"(?:^|.*[._])version$")
_GTID = re.compile(r"(?:^|.*[._])gtid$")
_FLAT = re.compile(r"__(?:.*[._])?(pos|thread)$")  # as ExtractNewRecordState adds them
_BINLOG_ID = re.compile(rf'"(?:{UUID.pattern}:\d+|\d+-\d+-\d+|file=.*,pos=\d+)"')
_TRANSACTION = re.compile(r"(?:^|.*_|.*\.)transaction[_.]id$")
_INCREMENTAL = re.compile(r'"snapshot":"incremental"')
_SNAPSHOT = re.compile(r'"snapshot":"(?!false")')
_WINDOW = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_MARKER = {"id", "status", "event_count", "data_collections", "ts_ms"}
_NOTICE = {"id", "aggregate_type", "type", "timestamp"}


def _like(raw, text):
    """text, quoted if the value it replaces was a string"""
    return f'"{text}"' if raw[0] == '"' else text


class _Record:
    """one JSON text while it is masked: where its payload is, what kind of record it looks like"""

    def __init__(self, text):
        found = leaves(text)
        tops = {path[0] for path, _, _ in found if path}
        wrapped = text.startswith('{"schema":') and tops <= {"schema", "payload"}
        wrapped = wrapped and "payload" in tops
        if wrapped:
            found = [(p[1:], s, e) for p, s, e in found if p and p[0] == "payload"]
        self.payload = found
        names = {path[0] for path, _, _ in found if path}
        self.marker = bool(names) and names <= _MARKER and any(
            p == ("id",) and (re.fullmatch(r'"\d+:\d+"', text[s:e])
                              or _BINLOG_ID.fullmatch(text[s:e])) for p, s, e in found)
        self.notice = _NOTICE <= names
        self.snapshot = bool(_SNAPSHOT.search(text))
        # these have the engine's clock, whose nanoseconds may end in 000, too
        self.clock = "ddl" in names or bool(_INCREMENTAL.search(text))
        self.times = {}


class Masker:
    """extra: further volatile values, as regular expressions on the dotted path in the payload.

    loose: no ordinals; for topics whose number of records is not fixed.
    """

    def __init__(self, extra=(), loose=False):
        self.extra = [re.compile(x) for x in extra]
        self.loose = loose
        self.ordinals = collections.defaultdict(dict)

    def text(self, topic, text, key=False):
        if text is None:
            return None
        try:
            record = _Record(text)
        except NotJson:
            return self._struct(topic, text)
        out, end = [], 0
        for path, start, stop in record.payload:
            raw = text[start:stop]
            new = self._scalar(topic, path, raw, record, key)
            if new is not None:
                out += [text[end:start], new]
                end = stop
        return "".join(out) + text[end:]

    def header(self, topic, header):
        name, value = header
        if value is None:
            return header
        if name.endswith("context.runId"):
            return [name, UUID.sub("<uuid>", value)]
        if any(x.fullmatch("header." + name) for x in self.extra):
            return [name, "<masked>"]
        if value.startswith("{"):
            return [name, self.text(topic, value)]
        if _TIME.match(name) and value.isdigit():
            return [name, f"<{name[-2:]}{len(value)}>"]
        if _VERSION.match(name) and not re.match(r"\d+\.\d+", value):
            return header
        new = self._source(topic, name, value)
        return header if new is None else [name, new.strip('"')]

    def _scalar(self, topic, path, raw, record, key):
        if raw == "null":
            return None
        name = str(path[-1]) if path else ""
        string = raw[0] == '"'
        if record.marker and path == ("id",):
            # whether an END has the LSN of the next BEGIN depends on the server's other work
            return self._transaction(topic, raw, lone=True)
        if record.marker and name == "data_collection" and "@" in raw:
            return re.sub(r"@[0-9a-f]+", "@<hash>", raw)
        if record.notice and name == "data_collections" and string:
            return '"' + ",".join(sorted(raw[1:-1].split(","))) + '"'
        if "WindowTimestamp" in raw:
            return _WINDOW.sub("<instant>", raw)
        if record.notice and path == ("timestamp",):
            return f"<ms{len(raw)}>"
        if path == ("id",) and (record.notice or (key and "notif" in topic)):
            return UUID.sub("<uuid>", raw)
        new = self._field(topic, path, raw, record)
        if new is None and string and re.search(UUID.pattern + r"-(open|close)", raw):
            return UUID.sub("<uuid>", raw)
        return new

    def _field(self, topic, path, raw, record):
        if not path:
            return None
        if any(x.fullmatch(".".join(map(str, path))) for x in self.extra):
            return _like(raw, "<masked>")
        # columns may have such names too: only the envelope's own fields are volatile
        if len(path) > 2 or (len(path) == 2 and path[0] not in ("source", "transaction")):
            return None
        name = str(path[-1])
        if _TIME.match(name):
            return _like(raw, self._time(path, raw, record))
        if record.snapshot and name == "lsn":
            # the slot's starting point may or may not be where the first change stands
            return _like(raw, self._ordinal(topic, "lsn", "snapshot " + raw))
        return self._source(topic, name, raw, path)

    def _source(self, topic, name, raw, path=()):
        if m := _ORDINAL.match(name):
            return _like(raw, self._ordinal(topic, m.group(1), raw))
        if _SEQUENCE.match(name):
            return re.sub(r"\d+", "#", raw)
        if _VERSION.match(name) and re.match(r'"?\d+\.\d+', raw):
            return '"<version>"' if raw[0] == '"' or not path else None
        if raw[0] == '"' and (path == ("transaction", "id") or _TRANSACTION.match(name)):
            return self._transaction(topic, raw)
        if _GTID.match(name):
            return UUID.sub("<uuid>", raw)
        if path == ("source", "pos") or _FLAT.match(name):
            pos = name[-3:] == "pos"
            return _like(raw, self._ordinal(topic, "pos", raw) if pos else "<thread>")
        return "<thread>" if path == ("source", "thread") else None

    @staticmethod
    def _time(path, raw, record):
        name, times = str(path[-1]), record.times
        unit, digits = name[-2:], re.sub(r"\D", "", raw)
        group = (len(path), name[:-2])
        same = ""
        if unit == "ms":
            times[group] = digits
        elif group in times:
            same = "=ms" if digits[:{"us": -3, "ns": -6}[unit]] == times[group] else "!ms"
        whole = unit == "ns" and digits.endswith("000") and (len(path) == 2 or "source" in name) \
            and not record.clock
        return f"<{unit}{len(digits)}{same}{'+000' if whole else ''}>"

    def _ordinal(self, topic, kind, raw):
        if self.loose:
            return f"<{kind}>"
        seen = self.ordinals[(topic, kind)]
        return f"<{kind}#{seen.setdefault(raw.strip(chr(34)), len(seen) + 1)}>"

    def _transaction(self, topic, raw, lone=False):
        if _BINLOG_ID.fullmatch(raw):
            return re.sub(r"pos=\d+", "pos=#", UUID.sub("<uuid>", raw))
        m = re.fullmatch(r'"(\d+):(\d+)"', raw)
        if not m:
            return re.sub(r"\d+", "#", raw)
        lsn = "<lsn>" if lone else self._ordinal(topic, "lsn", m.group(2))
        return f'"{self._ordinal(topic, "txId", m.group(1))}:{lsn}"'

    def _struct(self, topic, text):
        """the text form that StringConverter gives a struct; other text stays as it is"""
        if not text.startswith("Struct{"):
            return text
        text = re.sub(r"\b(ts_[mun]s)=(\d+)", lambda m: f"{m[1]}=<{len(m[2])}>", text)
        kinds = {"lsn": "snapshot "} if re.search(r"\bsnapshot=(?!false)", text) else {}
        text = re.sub(r"\b(lsn|txId|origin_lsn|xmin)=(\d+)",
                      lambda m: f"{m[1]}={self._ordinal(topic, m[1], kinds.get(m[1], '') + m[2])}",
                      text)
        text = re.sub(r"\bversion=\d+\.[^,}]*", "version=<version>", text)
        return re.sub(r"\bsequence=\[[^\]]*\]", lambda m: re.sub(r"\d+", "#", m[0]), text)


def masked(records, mask=(), collapse=(), ignore=()):
    """records in comparable form, by topic and partition.

    collapse: topics in which a run of equal records counts once (heartbeats).
    """
    strict, loose = Masker(mask), Masker(mask, loose=True)
    collapse = [re.compile(x) for x in collapse]
    ignore = [re.compile(x) for x in ignore]
    out = []
    for r in sorted(records, key=lambda r: (r["topic"], r["partition"])):
        topic = r["topic"]
        if any(x.fullmatch(topic) for x in ignore):
            continue
        run = any(x.fullmatch(topic) for x in collapse)
        m = loose if run else strict
        new = {"topic": topic, "partition": r["partition"],
               "key": m.text(topic, r["key"], key=True), "value": m.text(topic, r["value"]),
               "headers": [m.header(topic, list(h)) for h in r["headers"]]}
        if not (run and out and out[-1] == new):
            out.append(new)
    return out
