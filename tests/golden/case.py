"""The two files of a case: NAME.sql says what happens, NAME.expected what must come out.

NAME.sql is SQL with directives, each on a line of its own:

    -- any text                the first line says what the case is about
    -- @config NAME=VALUE      a connector property beyond the defaults below; @unset NAME drops one
    -- @mask REGEX             one more volatile value (dotted path below the payload)
    -- @collapse REGEX         topics in which a run of equal records counts once
    -- @topics REGEX           topics that belong to the case though its name is not in theirs
    -- @endless                records never stop (heartbeats)
    -- @no-stream              the connector ends after its snapshot
    -- @go-on                  the changes are made though the connector failed
    -- @create                 start the connector; what stands before the first one is the setup
    -- @delete, @stop, @pause  stop it (SIGTERM); the position stays
    -- @resume, @restart       start it again
    -- @delete-offsets         forget the position
    -- @sync                   wait until everything so far is delivered
    -- @sleep SECONDS          and until no snapshot is under way that notifications tell of

and for MySQL and MariaDB, which share a NAME.sql:

    -- @only SERVER            mysql or mariadb
    -- @paced                  each change of a table is delivered before the next statement: the
                               catalog that is read then is as the statement left it
    -- @database NAME          another one than inv
    -- @before                 made before the binlog and the database are new: global settings
    -- @setup                  ends that
    -- @fresh-binlog           forget the binlogs
    -- @kafka TOPIC KEY VALUE  produce a record
    -- @mysql, @mariadb        the next statement is for one server;
    -- @on N                   it runs on connection N

NAME.expected (NAME.mysql.expected, NAME.mariadb.expected) is what Debezium wrote, masked (mask.py),
with each schema told once:

    state RUNNING              how the connector ended: RUNNING, FAILED or REFUSED
    error TEXT                 what it said (not compared: the words are ours to choose)
    blames PROPERTY            a property that the refusal must name
    sql-error TEXT             an error that a statement of the case must run into
    slot TEXT                  what was left in the database
    publication TEXT
    let N TEXT                 from here on «N» stands for TEXT; «9×TEXT» is TEXT nine times
    topic NAME PARTITION       holds for the records below, as headers does
    headers JSON
    no key / key TEXT          a record: its key (or none) …
    no value / value TEXT      … and value
"""
import collections
import json
import os
import re

from jsontext import closing

_JSON = {
    "key.converter": "org.apache.kafka.connect.json.JsonConverter",
    "key.converter.schemas.enable": "false",
    "value.converter": "org.apache.kafka.connect.json.JsonConverter",
    "value.converter.schemas.enable": "false",
}
BASE = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "tasks.max": "1",
    "database.hostname": "${PG_HOST}",
    "database.port": "${PG_PORT}",
    "database.user": "${PG_USER}",
    "database.password": "${PG_PASSWORD}",
    "database.dbname": "${NAME}",
    "topic.prefix": "${NAME}",
    "slot.name": "${NAME}",
    "plugin.name": "pgoutput",
    **_JSON,
}
BINLOG_BASE = {
    "connector.class": "${CONNECTOR_CLASS}",
    "tasks.max": "1",
    "database.hostname": "${HOST}",
    "database.port": "${PORT}",
    "database.user": "${USER}",
    "database.password": "${PASSWORD}",
    "database.server.id": "${SERVER_ID}",
    "database.include.list": "${DB}",
    "topic.prefix": "${NAME}",
    "schema.history.internal.kafka.bootstrap.servers": "${BOOTSTRAP}",
    "schema.history.internal.kafka.topic": "history.${NAME}",
    "poll.interval.ms": "100",
    **_JSON,
}
PREFIXES = {"postgres": "", "mysql": "my_", "mariadb": "ma_"}
_LISTS = ("mask", "collapse", "topics")
_FLAGS = ("endless", "no-stream", "go-on", "paced")
_STEPS = ("create", "delete", "stop", "pause", "resume", "restart", "delete-offsets", "sync",
          "sleep", "before", "setup", "fresh-binlog", "kafka")
_STATEMENT = ("mysql", "mariadb", "on")
_DIRECTIVE = re.compile(r"^-- @(\S+)(?: (.*))?\n", re.M)


def fill(text, values):
    """text with its ${NAME} replaced, the unknown ones left alone"""
    return re.sub(r"\$\{(\w+)\}", lambda m: str(values.get(m.group(1), m.group(0))), text)


def sorted_tables(publication):
    """the server lists a publication's tables in no order"""
    head, word, tables = publication.partition(" tables=")
    return head + word + ",".join(sorted(tables.split(",")))


class Case:
    """name: of the topic prefix, and of what else is the case's own.
    steps: [(directive or None, argument, the SQL that follows it)]; the first is the setup"""

    def __init__(self, stem, about="", server="postgres"):
        self.server, self.name, self.about = server, PREFIXES[server] + stem, about
        self.base = BASE if server == "postgres" else BINLOG_BASE
        self.config = dict(self.base)
        self.database, self.only = "inv", None
        self.lists = {x: [] for x in _LISTS}
        self.flags = set()
        self.steps = []

    def connector(self, values):
        values = dict(values, NAME=self.name)
        return {k: fill(v, values) for k, v in self.config.items()}

    def write(self, path):
        lines = ["-- " + self.about]
        lines += [f"-- @only {self.only}"] if self.only else []
        lines += [f"-- @database {self.database}"] if self.database != "inv" else []
        lines += [f"-- @config {k}={v}" for k, v in self.config.items() if self.base.get(k) != v]
        lines += [f"-- @unset {k}" for k in self.base if k not in self.config]
        lines += [f"-- @{kind} {x}" for kind, xs in self.lists.items() for x in xs]
        lines += [f"-- @{flag}" for flag in sorted(self.flags)]
        text = "\n".join(lines) + "\n"
        for word, argument, sql in self.steps:
            if word:
                text += f"-- @{word}{' ' + argument if argument else ''}\n"
            text += sql
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


def read_case(path, server="postgres"):
    with open(path, encoding="utf-8", newline="\n") as f:
        text = f.read()
    case = Case(os.path.basename(path).removesuffix(".sql"), server=server)
    first, _, text = text.partition("\n")
    case.about = first.removeprefix("-- ")
    parts = _DIRECTIVE.split(text)
    setup = parts[0]
    case.steps = [(None, "", setup)]
    for word, argument, sql in zip(parts[1::3], parts[2::3], parts[3::3]):
        if word in _STEPS:
            case.steps.append((word, argument or "", sql))
            continue
        if word in _STATEMENT:
            sql = f"-- @{word}{' ' + argument if argument else ''}\n{sql}"
        else:
            _setting(case, path, word, argument or "")
        case.steps[-1] = case.steps[-1][:2] + (case.steps[-1][2] + sql,)
    return case


def _setting(case, path, word, argument):
    if word == "config":
        name, _, value = argument.partition("=")
        case.config[name] = value
    elif word == "unset":
        del case.config[argument]
    elif word in ("only", "database"):
        setattr(case, word, argument)
    elif word in _LISTS:
        case.lists[word].append(argument)
    elif word in _FLAGS:
        case.flags.add(word)
    else:
        raise ValueError(f"{path}: there is no directive @{word}")


class Expected:
    def __init__(self):
        self.state = "RUNNING"
        self.errors, self.blames, self.sql_errors = [], [], []
        self.slot, self.publications, self.records = "", [], []

    def write(self, path):
        texts = [r[f] for r in self.records for f in ("key", "value") if r[f] is not None]
        if any("«" in t or "\n" in t for t in texts):
            raise ValueError(f"{path}: a record holds « or a line break, "
                             "which this format reserves")
        lines = ["state " + self.state]
        lines += ["error " + x for x in self.errors]
        lines += ["blames " + x for x in self.blames]
        lines += ["sql-error " + x for x in self.sql_errors]
        lines += ["slot " + self.slot] if self.slot else []
        lines += ["publication " + x for x in self.publications]
        short = _Abbreviations(texts)
        lines += [f"let {n} {text}" for n, text in short.lets]
        lines += self._record_lines(short)
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")

    def _record_lines(self, short):
        topic = headers = None
        for r in self.records:
            if topic != (r["topic"], r["partition"]):
                topic = r["topic"], r["partition"]
                yield "topic {} {}".format(*topic)
            if headers != r["headers"]:
                headers = r["headers"]
                yield "headers " + json.dumps(headers, ensure_ascii=False)
            for field in ("key", "value"):
                text = r[field]
                yield f"no {field}" if text is None else f"{field} {_shorten(short.apply(text))}"


def read_expected(path):
    out, lets = Expected(), {}
    many = {"error": out.errors, "blames": out.blames, "sql-error": out.sql_errors,
            "publication": out.publications}
    now = {"topic": None, "partition": 0, "headers": []}
    with open(path, encoding="utf-8", newline="\n") as f:
        lines = f.read().split("\n")[:-1]
    for line in lines:
        word, _, rest = line.partition(" ")
        if word in many:
            many[word].append(rest)
        elif word in ("state", "slot"):
            setattr(out, word, rest)
        elif word == "let":
            name, _, text = rest.partition(" ")
            lets[name] = _expand(text, lets)
        elif word == "topic":
            now["topic"], _, partition = rest.rpartition(" ")
            now["partition"] = int(partition)
        elif word == "headers":
            now["headers"] = json.loads(rest)
        elif line in ("no key", "no value") or word in ("key", "value"):
            field, text = (rest, None) if word == "no" else (word, _expand(rest, lets))
            now[field] = text
            if field == "value":
                out.records.append(dict(now))
        else:
            raise ValueError(f"{path}: cannot read the line {line[:80]!r}")
    return out


def _expand(text, lets):
    def meaning(match):
        times, cross, repeated = match.group(1).partition("×")
        return repeated * int(times) if cross else lets[times]

    return re.sub("«([^»]*)»", meaning, text)


def _shorten(text):
    """text with what is repeated told once"""
    def told_once(match):
        run, repeated = match.group(0), match.group(1)
        return f"«{len(run) // len(repeated)}×{repeated}»" if len(run) >= 60 else run

    return re.sub(r"([^«»]{1,40}?)\1{2,}", told_once, text)


# what hardly changes from record to record, and hides what does
_FRAMES = {
    "source": r'"source":\{"version":[^{}]*?,"snapshot":',
    "at": r',"ts_us":<us\d+=ms>,"ts_ns":<ns\d+=ms\+000>,"(?:schema|table)":',
    "log": r',"server_id":\d+,"gtid":(?:"<uuid>:\d+"|"[\d-]+"|null),"file":"[^"]*","pos":<pos#',
    "over": r',"thread":(?:null|<thread>),"query":null\},"transaction":null',
    "end": r',"xmin":null,"origin":null,"origin_lsn":null\},"transaction":null',
    "times": r',"ts_ms":<ms\d+>,"ts_us":<us\d+=ms>,"ts_ns":<ns\d+=ms>\}',
}


class _Abbreviations:
    """Tells each schema once, and in it each list of fields that several schemas share; and once
    the frame of a record, so that a line shows its row."""

    def __init__(self, texts):
        schemas = collections.Counter(s for s in map(self._schema, texts) if s)
        uses = collections.Counter(f for s in schemas for f in self._field_lists(s))
        self.lets, self.fields, self.schemas = [], {}, {}
        for text, n in uses.items():
            if n > 1 and len(text) > 100:
                self.fields[text] = self._let(text)
        for text, n in schemas.items():
            if n > 1 or len(text) > 1000:
                short = text
                for fields, name in self.fields.items():
                    short = short.replace('"fields":' + fields, f'"fields":«{name}»')
                self.schemas[text] = self._let(short)
        self.frames = {}
        for name, pattern in _FRAMES.items():
            found = collections.Counter(x for t in texts for x in re.findall(pattern, t))
            for frame, n in found.most_common(1):
                if n > 2:
                    self.frames[frame] = self._let(frame, name)

    def _let(self, text, name=None):
        name = name or len(self.lets) + 1
        self.lets.append((name, text))
        return name

    @staticmethod
    def _schema(text):
        head = '{"schema":{'
        return text[len(head) - 1:closing(text, len(head) - 1)] if text.startswith(head) else None

    @staticmethod
    def _field_lists(schema):
        """the field lists one level down: before, after, source, transaction"""
        for m in re.finditer(r'"fields":\[', schema):
            if m.start() > len('{"type":"struct",'):
                yield schema[m.end() - 1:closing(schema, m.end() - 1)]

    def apply(self, text):
        schema = self._schema(text)
        if schema in self.schemas:
            head = len('{"schema":')
            text = f"{text[:head]}«{self.schemas[schema]}»{text[head + len(schema):]}"
        for frame, name in self.frames.items():
            text = text.replace(frame, f"«{name}»")
        return text
