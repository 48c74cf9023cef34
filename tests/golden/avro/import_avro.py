#!/usr/bin/python3
"""Makes VARIANT.jsonl here of recordings: avro/import_avro.py DIR, where each DIR/VARIANT has

    connector.json  the connector's configuration
    schemas.json    {"subjects": {SUBJECT: [{"id", "schema"} …]}}
    records.jsonl   {"topic", "partition", "offset", "key", "value", "headers"}, bytes as hex

and DIR the statements that were played: schema.sql, stream.sql, evolve.sql.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent

# What every connector of the recordings has, and what depends on where it ran.
COMMON = ("connector.class", "tasks.max", "database.", "topic.prefix", "plugin.name", "slot.name",
          "publication.", "schema.include.list")
REGISTRIES = {"schema.registry.url": "${CONFLUENT}", "apicurio.registry.url": "${NATIVE}"}

# Texts that nearly every schema has.
SOURCE_BEGIN, SOURCE_END = '{"type":"record","name":"Source"', 'connector.postgresql.Source"}'


def source_of(text):
    begin = text.find(SOURCE_BEGIN)
    end = text.find(SOURCE_END, begin)
    return text[begin:end + len(SOURCE_END)] if begin >= 0 and end > 0 else None


def configuration(connector):
    kept = {}
    for name, value in connector.items():
        if not name.startswith(COMMON):
            place = [v for k, v in REGISTRIES.items() if name.endswith(k)]
            kept[name] = place[0] if place else value
    return kept


def schemas(folder, connector):
    """{subject: [(id as the records have it, text)]}"""
    recorded = json.loads((folder / "schemas.json").read_text())
    apicurio = "key.converter.apicurio.registry.url" in connector
    by_content = apicurio and connector.get("key.converter.apicurio.registry.use-id") == "contentId"
    ids = {(artifact["id"], int(version["version"])): version["globalId"]
           for artifact in recorded.get("artifacts", []) if not by_content
           for version in artifact["versions"]["versions"]}
    return {subject: [(ids.get((subject, v["version"]), v["id"]), v["schema"]) for v in versions]
            for subject, versions in recorded["subjects"].items()}


def lines(folder):
    connector = json.loads((folder / "connector.json").read_text())
    subjects = schemas(folder, connector)
    prefix = connector["topic.prefix"]
    texts = [text for versions in subjects.values() for _, text in versions]
    source = next(filter(None, map(source_of, texts)), None)
    yield {"config": configuration(connector), "prefix": prefix,
           "database": connector["database.dbname"], "source": source}
    for subject, versions in sorted(subjects.items()):
        shown = [[number, shorten(text, source, prefix)] for number, text in versions]
        yield {"subject": subject, "versions": shown}
    for line in (folder / "records.jsonl").read_text().splitlines():
        record = json.loads(line)
        headers = [h for h in record["headers"] if not h[0].startswith("__debezium.context.")]
        shown = {k: record[k] for k in ("topic", "key", "value")}
        yield {**shown, "headers": headers} if headers else shown


def shorten(text, source, prefix):
    if source:
        text = text.replace(source, "@source@")
    return text.replace(prefix + ".", "@.")


def main(recordings):
    for name in ("schema.sql", "stream.sql", "evolve.sql"):
        (HERE / name).write_text((recordings / name).read_text())
    for folder in sorted(p.parent for p in recordings.glob("*/connector.json")):
        with open(HERE / f"{folder.name}.jsonl", "w", encoding="utf-8") as out:
            for line in lines(folder):
                print(json.dumps(line, ensure_ascii=False), file=out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
