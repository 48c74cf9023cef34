"""MySQL and MariaDB: AvroConverter's records are JsonConverter's, which the golden cases compare
with Debezium's. One tailrace runs two connectors on a table of many types, and fastavro reads."""
import base64
import io
import json
import math
import sys

from bed import ScriptedRegistry, Tailrace, connector, wait_until
from bed.cache import fastavro_dir

sys.path.append(str(fastavro_dir()))
import fastavro  # noqa: E402

TABLE = """
    CREATE TABLE t (
        id BIGINT UNSIGNED PRIMARY KEY, tiny TINYINT(1), small SMALLINT UNSIGNED NOT NULL DEFAULT 7,
        medium MEDIUMINT, big BIGINT UNSIGNED, f FLOAT, d DOUBLE NOT NULL, amount DECIMAL(12, 3),
        large DECIMAL(40, 0), b BIT(1), bits BIT(20), y YEAR DEFAULT 2001, day DATE,
        t0 TIME, t6 TIME(6), dt DATETIME(3) DEFAULT '2020-02-02 02:02:02.5', ts TIMESTAMP(6) NULL,
        c CHAR(4), v VARCHAR(50) CHARACTER SET utf8mb4 NOT NULL DEFAULT 'é', tx MEDIUMTEXT,
        bin BINARY(4), vb VARBINARY(9), bl BLOB, e ENUM('a', 'b,c') DEFAULT 'a', s SET('x', 'y'),
        j JSON, p POINT, g GEOMETRY, `odd-näme` INT)
"""
ROWS = [
    "(1, 1, 2, -3, 18446744073709551615, 1.5, -2.25, 123456789.125, -9999999999999999999999, b'1',"
    " b'1010', 1999, '2024-02-29', '-12:34:56', '12:34:56.789', '2024-02-29 12:34:56.789',"
    " '2024-02-29 12:34:56.789012', 'c', '€uro 😀', 'long', 0x0102, 0xff00, 0xdeadbeef, 'b,c',"
    " 'x,y', '{\"a\": [1, null, \"ü\"]}', ST_GeomFromText('POINT(1 2)'),"
    " ST_GeomFromText('LINESTRING(0 0, 1 1)'), 5)",
    "(2, NULL, DEFAULT, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
    " NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
]
VOLATILE = ("ts_ms", "ts_us", "ts_ns")


def as_bytes(text):
    """The file has bytes as base64, unless they happen to be UTF-8."""
    return text.encode() if text.startswith("\0") else base64.b64decode(text)


def read_avro(text, registry):
    if text is None:
        return None
    data = as_bytes(text)
    schema = json.loads(registry.text(int.from_bytes(data[1:5], "big")), object_hook=lambda o: {
        k: v for k, v in o.items() if k != "logicalType"})
    stream = io.BytesIO(data[5:])
    value = fastavro.schemaless_reader(stream, fastavro.parse_schema(schema))
    assert not stream.read()
    return as_json(value)


def as_json(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    return value


def masked(value):
    if not isinstance(value, dict):
        return value
    kept = {k: v for k, v in value.items() if k not in VOLATILE}
    if "source" in kept:
        kept["source"] = masked(kept["source"])
    return kept


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-7)  # a float32's digits
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_they_agree(binlog_db, tmp_path):
    db = binlog_db
    db.sql(f"SET NAMES utf8mb4; {TABLE}; INSERT INTO t VALUES {', '.join(ROWS)}")
    with ScriptedRegistry() as registry:
        converters = {"json": {}, "avro": {
            f"{side}.converter{name}": value for side in ("key", "value") for name, value in {
                "": "io.confluent.connect.avro.AvroConverter",
                ".schema.registry.url": registry.url, ".schemas.enable": None}.items()}}
        out = {kind: tmp_path / kind for kind in converters}
        connectors = [connector(db, kind, **{
            "topic.prefix": "p", "database.server.id": int(db.server_id) + number,
            "field.name.adjustment.mode": "avro", "include.schema.changes": "false",
            "sink.type": "file", "sink.path": out[kind],
            "offset.storage.file.filename": tmp_path / f"{kind}-offsets", **more})
            for number, (kind, more) in enumerate(converters.items())]
        with Tailrace(*connectors, worker={"listeners": ""}) as tailrace:
            for _ in converters:
                tailrace.wait_streaming()
            db.sql(f"SET NAMES utf8mb4; INSERT INTO t VALUES {ROWS[0].replace('(1,', '(3,', 1)};"
                   "UPDATE t SET small = 9, bl = NULL WHERE id = 1; DELETE FROM t WHERE id = 2;"
                   "ALTER TABLE t ADD n DECIMAL(5, 2) NOT NULL DEFAULT 1.5; UPDATE t SET n = 2")
            wait_until(lambda: all(len(lines(path)) == 8 for path in out.values()),
                       what="the records")
            assert tailrace.stop() == 0
        plain, avro = (lines(out[kind]) for kind in ("json", "avro"))
        assert [m["value"] is None for m in plain] == [m["value"] is None for m in avro]
        for wanted, got in zip(plain, avro):
            for side in ("key", "value"):
                a, b = masked(wanted[side]), masked(read_avro(got[side], registry))
                assert same(a, b), f"{side} of {wanted}: {b}"
