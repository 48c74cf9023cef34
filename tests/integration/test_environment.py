"""What surrounds a process changes under it: the wall clock, memory, the topics it writes to."""

import time

from preload import Preload

from bed import Tailrace, connector, wait_until, worker

_TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)"


def test_the_clock_jumps(db, kafka, topics, name, tmp_path):
    """An hour ahead, then two back: changes go on coming, and it ends."""
    clock = Preload(tmp_path, "clock.c", "TEST_CLOCK", 0)
    db.sql(_TABLE)
    with Tailrace(connector(db), worker=worker(kafka, group=name), env=clock.env) as engine:
        engine.wait_streaming()
        times = []
        for number, seconds in enumerate((0, 3600, -3600), 1):
            clock.set(seconds)
            db.sql("INSERT INTO t VALUES (%s)", number)
            record = topics.records("public.t", number)[-1]
            times.append(record.json["ts_ms"] / 1000 - time.time())
        assert [round(at / 600) for at in times] == [0, 6, -6]
        wait_until(lambda: engine.state() == "RUNNING")
        assert engine.stop() == 0


def test_an_output_topic_is_deleted(tailrace, topics, kafka, db):
    """Nobody acknowledges what is on its way there: said within seconds, not at some timeout."""
    db.sql(_TABLE)
    with tailrace() as engine:
        engine.wait_streaming()
        db.sql("INSERT INTO t VALUES (1)")
        assert len(topics.records("public.t", 1)) == 1
        kafka.delete_topic(f"{db.name}.public.t")
        db.sql("INSERT INTO t VALUES (2)")
        said = engine.wait_log(r"state=(?:RESTARTING|FAILED).*error=\"(.*)\"").group(1)
        assert said == f"topic {db.name}.public.t was deleted while it was written to"
