"""All of tailrace's own threads at once, with file sinks: what `tests/run tsan` watches.

ThreadSanitizer knows the threads that pthread_create makes; Debian's librdkafka makes its own
another way, so the Kafka sink can't be run under it.
"""

import json

from bed import Tailrace, connector, scratch, wait_until

ROWS = 4000


def to_file(folder, number):
    return {"sink_type": "file", "sink_path": folder / f"records{number}",
            "offset_storage_file_filename": folder / f"offsets{number}"}


def changes(path):
    *whole, _ = path.read_text(encoding="utf-8").split("\n") if path.exists() else [""]
    parsed = map(json.loads, whole)
    return [(line["value"]["op"] if line["value"] else None, line["key"]["id"]) for line in parsed]


def test_readers_streams_and_a_stop_in_between(db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text);"
           f"INSERT INTO t SELECT g, repeat('x', 300) FROM generate_series(1, {ROWS}) g;"
           "CREATE TABLE u (id int PRIMARY KEY);")
    folder = scratch("threads")
    connectors = [
        connector(db, f"{db.name}_{number}", snapshot_max_threads=3, snapshot_fetch_size=300,
                  memory_limit=1 << 20, publication_autocreate_mode="filtered",
                  **to_file(folder, number))
        for number in (1, 2)
    ]
    with Tailrace(*connectors) as engine:
        for each in connectors:  # not twice the same one, which may begin again
            streams = rf"connector={each['name']} msg=streaming\b"
            wait_until(lambda words=streams: engine.said(words), what=streams)
        db.sql("INSERT INTO u SELECT g FROM generate_series(1, 2000) g")
        engine.stop()
        engine.start()
        db.sql("UPDATE t SET v = 'y' WHERE id <= 500; DELETE FROM u WHERE id > 1990")
        for number in (1, 2):
            records = folder / f"records{number}"
            wait_until(lambda path=records: len(changes(path)) >= ROWS + 2000 + 500 + 20)
        engine.stop()
    for number in (1, 2):
        seen = changes(folder / f"records{number}")
        assert sorted(key for op, key in seen if op == "r") == list(range(1, ROWS + 1))
        assert [key for op, key in seen if op == "c"] == list(range(1, 2001))
        assert [key for op, key in seen if op == "u"] == list(range(1, 501))
