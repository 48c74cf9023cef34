"""AvroConverter against recordings of the real ones: Confluent's converter and registry 8.1.5, and
Apicurio's 2.6.13 (VARIANT.jsonl; import_avro.py tells the form).

Equal must be the texts that were registered, under which subjects and in which order; the bytes of
every key and value, once volatile fields (times, positions) are masked; and headers. Ids of schemas
are the registry's own: each is followed to its text.
"""
import io
import json
import os
import sys
from pathlib import Path

import pytest

from bed import Registry, Tailrace, connector, worker
from bed.cache import fastavro_dir

sys.path.append(str(fastavro_dir()))
import fastavro  # noqa: E402

HERE = Path(__file__).parent
VARIANTS = sorted(path.stem for path in HERE.glob("*.jsonl"))
# A default that Debezium cuts at its quote: docs/differences.md, "Defaults in schemas".
CUT, WHOLE = '"it"', '"it\'s"'
VOLATILE = {"ts_ms", "ts_us", "ts_ns", "txId", "lsn", "sequence", "version"}


@pytest.fixture(scope="module")
def registry():
    with Registry() as running:
        yield running


class Recording:
    def __init__(self, variant):
        lines = map(json.loads, open(HERE / f"{variant}.jsonl", encoding="utf-8"))
        about = next(lines)
        self.config, self.prefix = about["config"], about["prefix"]
        self.database = about["database"]
        self.subjects, self.texts, self.records = {}, {}, []
        for line in lines:
            if "subject" in line:
                self.subjects[line["subject"]] = []
                for number, text in line["versions"]:
                    text = text.replace("@source@", about["source"] or "")
                    text = text.replace("@.", self.prefix + ".").replace(CUT, WHOLE)
                    self.subjects[line["subject"]].append(text)
                    self.texts[number] = text
            else:
                self.records.append(line)

    def of_topic(self, topic):
        return [r for r in self.records if r["topic"] == topic]


class Reader:
    """Values as (schema text, what fastavro reads), and the bytes checked by writing them again."""

    def __init__(self, texts, native):
        self.texts, self.native, self._parsed = texts, native, {}

    def parsed(self, text):
        if text not in self._parsed:
            schema = json.loads(text, object_hook=lambda o: {
                k: v for k, v in o.items() if k != "logicalType"})
            self._parsed[text] = fastavro.parse_schema(schema)
        return self._parsed[text]

    def read(self, data, headers, side):
        if data is None:
            return None
        if self.native:
            number = int.from_bytes(headers[f"apicurio.{side}.globalId"], "big")
        else:
            assert data[0] == 0
            number, data = int.from_bytes(data[1:5], "big"), data[5:]
        text = self.texts(number)
        schema = self.parsed(text)
        value = fastavro.schemaless_reader(io.BytesIO(data), schema)
        again = io.BytesIO()
        fastavro.schemaless_writer(again, schema, value)
        assert again.getvalue() == data, f"{value}: not as Avro's writers encode it"
        return text, masked(mended(value))


def mended(value):
    """Where the cut default stands for null."""
    if isinstance(value, dict):
        return {k: "it's" if k == "t" and v == "it" else mended(v) for k, v in value.items()}
    return value


def masked(value):
    if isinstance(value, dict) and "source" in value and "op" in value:
        return {k: "*" if k in VOLATILE and v is not None
                else {x: "*" if x in VOLATILE and y is not None else y for x, y in v.items()}
                if k == "source" else v for k, v in value.items()}
    return value


def shown_headers(headers):
    """Without those that every record has; of ids only that they are there."""
    return [(name, "*" if name.endswith("Id") else value) for name, value in headers
            if not name.startswith("__debezium.context.")]


def ours(records, reader):
    for record in records:
        headers = dict(record.headers)
        yield (reader.read(record.key, headers, "key"), reader.read(record.value, headers, "value"),
               shown_headers(record.headers))


def theirs(records, reader):
    def raw(text):
        return None if text is None else bytes.fromhex(text)
    for record in records:
        headers = [(name, raw(value)) for name, value in record.get("headers", [])]
        yield (reader.read(raw(record["key"]), dict(headers), "key"),
               reader.read(raw(record["value"]), dict(headers), "value"), shown_headers(headers))


def play(database, tailrace):
    tailrace.wait_streaming()
    database.psql((HERE / "stream.sql").read_text())
    for statement in (HERE / "evolve.sql").read_text().split(";"):
        if statement.strip():
            database.sql(statement)


@pytest.mark.parametrize("variant", VARIANTS)
def test_avro(variant, pg, kafka, registry, name):
    recording = Recording(variant)
    places = {"${CONFLUENT}": registry.confluent, "${NATIVE}": registry.native}
    config = {k: places.get(v, v) for k, v in recording.config.items()}
    native = variant == "apicurio_native"
    with pg.database(recording.database) as database:
        database.psql((HERE / "schema.sql").read_text())
        settings = connector(database, recording.prefix, **{
            "schema.include.list": "public", "key.converter.schemas.enable": None,
            "value.converter.schemas.enable": None})
        with Tailrace({**settings, **config}, worker=worker(kafka, group=name)) as tailrace:
            play(database, tailrace)
            records = kafka.consume(f"{recording.prefix}.public.*", count=len(recording.records))
            assert tailrace.stop() == 0
    compare(recording, records, registry, native)


def test_a_registry_that_is_restarted(pg, kafka, registry, name):
    """Between two changes of a table: the second one waits, and then nothing is missing."""
    converters = {f"{side}.converter{key}": value for side in ("key", "value") for key, value in {
        "": "io.confluent.connect.avro.AvroConverter", ".schemas.enable": None,
        ".schema.registry.url": registry.confluent}.items()}
    texts = {}

    def shown(record):
        """(the value's columns, the row)"""
        number = int.from_bytes(record.value[1:5], "big")
        if number not in texts:
            texts[number] = registry.text(number)
        row = Reader(texts.__getitem__, False).read(record.value, {}, "value")[1]["after"]
        return list(row), row["id"]

    with pg.database(name) as database, kafka.reader(f"{name}.public.t") as reader:
        database.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        settings = connector(database, **converters)
        with Tailrace(settings, worker=worker(kafka, group=name)) as tailrace:
            tailrace.wait_streaming()
            assert [shown(r) for r in reader.read(1)] == [(["id"], 1)]
            registry.stop()
            database.sql("INSERT INTO t VALUES (2)")  # by a schema that is known
            found = [shown(r) for r in reader.read(1)]
            database.sql("ALTER TABLE t ADD v text; INSERT INTO t VALUES (3, 'c')")
            tailrace.wait_state("RESTARTING")
            database.sql("INSERT INTO t VALUES (4, 'd')")
            registry.start()
            texts.clear()  # it has forgotten everything, and counts from the start
            found += [shown(r) for r in reader.read(2)]
            assert found == [(["id"], 2), (["id", "v"], 3), (["id", "v"], 4)]
            assert tailrace.stop() == 0


def difference(got, wanted, path=""):
    """Where two things differ first, in words; None if they don't."""
    if got == wanted:
        return None
    if isinstance(got, (list, tuple)) and isinstance(wanted, (list, tuple)):
        if len(got) != len(wanted):
            return f"{path}: {len(got)}, not {len(wanted)}: {got} / {wanted}"
        pairs = enumerate(zip(got, wanted))
    elif isinstance(got, dict) and isinstance(wanted, dict):
        pairs = ((key, (got.get(key), wanted.get(key))) for key in {**got, **wanted})
    elif isinstance(got, str) and isinstance(wanted, str):
        same = len(os.path.commonprefix([got, wanted]))
        around = slice(max(0, same - 80), same + 80)
        return f"{path}: at character {same}\n    {got[around]!r}, not\n    {wanted[around]!r}"
    else:
        return f"{path}: {got!r}, not {wanted!r}"
    return next(filter(None, (difference(*pair, f"{path}[{key}]") for key, pair in pairs)), None)


def compare(recording, records, registry, native):
    mine = Reader(registry.native_text if native else registry.text, native)
    real = Reader(recording.texts.__getitem__, native)
    found = []
    for topic in sorted({r["topic"] for r in recording.records}):
        got = list(ours([r for r in records if r.topic == topic], mine))
        wanted = list(theirs(recording.of_topic(topic), real))
        found.append(difference(got, wanted, topic))
    prefix = recording.prefix + "."
    subjects = sorted(s for s in registry.subjects() if s.startswith(prefix))
    found.append(difference(subjects, sorted(recording.subjects), "subjects"))
    for subject in set(subjects) & set(recording.subjects):
        texts = [text for _, text in registry.versions(subject)]
        found.append(difference(texts, recording.subjects[subject], f"versions of {subject}"))
    if any(found):
        pytest.fail("\n".join(filter(None, found)), pytrace=False)
