"""Sinks without Kafka, and several connectors in one process."""

import json
import os
import re
import subprocess

import pytest
from preload import Preload
from views import error_of

from bed import Tailrace, connector, scratch, wait_until, worker
from bed.config import to_stdout
from bed.process import GIVE_UP


def to_file(folder):
    return {"sink_type": "file", "sink_path": folder / "records",
            "offset_storage_file_filename": folder / "offsets"}


def lines(path):
    """The whole lines of a file sink."""
    if not path.exists():
        return []
    *whole, _ = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in whole]


def ids(path):
    return [line["key"]["id"] for line in lines(path)]


@pytest.fixture
def table(db):
    db.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'ä')")
    return db


def test_stdout(table):
    with Tailrace(connector(table, **to_stdout(scratch("stdout")))) as engine:
        engine.wait_streaming()
        table.sql("UPDATE t SET v = 'b'")
        wait_until(lambda: len(engine.records()) == 2)
        read, update = engine.records()
        assert set(read) >= {"topic", "partition", "key", "value", "headers", "timestamp"}
        assert read["topic"] == f"{table.name}.public.t"
        assert read["key"] == {"id": 1} and read["value"]["after"] == {"id": 1, "v": "ä"}
        assert update["value"]["op"] == "u"


def test_stdout_goes_on_where_it_stopped(table):
    with Tailrace(connector(table, **to_stdout(scratch("stdout")))) as engine:
        engine.wait_streaming()
        wait_until(lambda: len(engine.records()) == 1)
        engine.stop()
        table.sql("INSERT INTO t VALUES (2)")
        engine.start()
        wait_until(lambda: len(engine.records()) == 2)


def test_stdout_that_nobody_reads(table):
    """A closed pipe, as of `tailrace … | head`: it ends and says why, without a signal."""
    folder = scratch("pipe")
    reading, writing = os.pipe()
    os.close(reading)
    engine = Tailrace(connector(table, **to_stdout(folder)))
    argv = [str(argument) for argument in engine.argv()]
    done = subprocess.run(argv, stdout=writing, stderr=subprocess.PIPE, text=True,
                          timeout=GIVE_UP, check=False)
    os.close(writing)
    assert done.returncode == 1
    assert "stdout" in error_of(done.stderr) or "standard output" in error_of(done.stderr)


def test_bootstrap_says_how_far_it_is(table):
    """Also while one table takes long, here because nobody reads its rows."""
    folder = scratch("slow")
    table.sql("INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(2, 2000) i")
    engine = Tailrace(connector(table, **to_stdout(folder)), command="bootstrap")
    argv = [str(argument) for argument in engine.argv()]
    with open(folder / "log", "w+b") as log, \
            subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=log) as process:
        pattern = rf"{table.name}: ./1 tables, \d+ rows, \d+ rows/s, .+ remaining"
        wait_until(lambda: len(re.findall(pattern, (folder / "log").read_text())) > 1)
        process.terminate()
        assert process.wait(GIVE_UP) == 0


def test_file(table):
    folder = scratch("file")
    with Tailrace(connector(table, **to_file(folder))) as engine:
        engine.wait_streaming()
        table.sql("INSERT INTO t VALUES (2, 'b')")
        wait_until(lambda: ids(folder / "records") == [1, 2])
        engine.restart()
        engine.wait_streaming()
        table.sql("INSERT INTO t VALUES (3, 'c')")
        wait_until(lambda: ids(folder / "records") == [1, 2, 3])


def test_file_is_exactly_once(table):
    """SIGKILL while it writes; what stands behind the position is cut away at the start."""
    folder = scratch("file")
    with Tailrace(connector(table, **to_file(folder))) as engine:
        engine.wait_streaming()
        for number in range(6):
            first = 10 + number * 3000
            table.psql("\n".join(f"INSERT INTO t SELECT generate_series({i}, {i + 99});"
                                 for i in range(first, first + 3000, 100)))
            engine.kill9()
            engine.start()
        engine.wait_streaming()
        table.sql("INSERT INTO t VALUES (-1)")
        wait_until(lambda: ids(folder / "records")[-1:] == [-1])
        assert ids(folder / "records") == [1, *range(10, 18_010), -1]


def test_file_with_a_torn_tail(table):
    folder = scratch("file")
    with Tailrace(connector(table, **to_file(folder))) as engine:
        engine.wait_streaming()
        wait_until(lambda: ids(folder / "records") == [1])
        engine.stop()
        with open(folder / "records", "a", encoding="utf-8") as records:
            records.write('{"topic":"x","key":')
        engine.start()
        engine.wait_streaming()
        table.sql("INSERT INTO t VALUES (2)")
        wait_until(lambda: ids(folder / "records")[-1:] == [2])
        assert ids(folder / "records") == [1, 2]


@pytest.mark.parametrize("damage", ["shorter", "another"])
def test_file_that_is_not_ours_any_more(table, damage):
    folder = scratch("file")
    with Tailrace(connector(table, **to_file(folder))) as engine:
        engine.wait_streaming()
        wait_until(lambda: ids(folder / "records") == [1])
        engine.stop()
        path = folder / "records"
        if damage == "shorter":
            os.truncate(path, 10)
        else:
            (folder / "new").write_bytes(path.read_bytes())
            (folder / "new").rename(path)
        engine.start()
        assert engine.wait() == 1
        error = error_of(engine.log)
        assert str(path) in error and "sink.path" in error


@pytest.fixture
def small_disk():
    """A folder with room for 256 KiB, and what makes it so."""
    folder = scratch("disk")
    return folder, Preload(scratch("preload"), "disk.c", "TEST_DISK_SIZE", 256 << 10,
                           TEST_DISK=str(folder))


def test_file_on_a_full_disk(table, small_disk):
    """Said, nothing torn, and it goes on when there is room; the offsets stand there, too."""
    folder, disk = small_disk
    config = connector(table, errors_retry_delay_max_ms=500, **to_file(folder))
    with Tailrace(config, env=disk.env) as engine:
        engine.wait_streaming()
        wait_until(lambda: ids(folder / "records") == [1])
        table.sql("INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(2, 500) i")
        engine.wait_log("No space left on device")
        assert "sink.path" in error_of(engine.log)
        assert engine.alive()
        disk.set(16 << 20)
        wait_until(lambda: len(ids(folder / "records")) == 500)
        assert ids(folder / "records") == list(range(1, 501))
        engine.stop()


def test_log_on_a_full_disk(table):
    """What can't be logged is lost; the records aren't."""
    folder = scratch("full")
    engine = Tailrace(connector(table, **to_file(folder)))
    argv = [str(argument) for argument in engine.argv()]
    with open("/dev/full", "wb") as full, subprocess.Popen(argv, stderr=full, stdout=full) as run:
        wait_until(lambda: ids(folder / "records") == [1])
        table.sql("INSERT INTO t VALUES (2)")
        wait_until(lambda: ids(folder / "records") == [1, 2])
        run.terminate()
        assert run.wait(GIVE_UP) == 0


def test_two_instances_of_one_file(table):
    folder = scratch("file")
    with Tailrace(connector(table, **to_file(folder))) as engine:
        engine.wait_streaming()
        second = Tailrace(connector(table, **to_file(folder))).start()
        assert second.wait() == 1
        assert "another instance" in error_of(second.log)
        assert engine.state() == "RUNNING"


def test_a_folder_that_is_not_there(table):
    config = connector(table, **{**to_file(scratch("file")), "sink_path": "/nowhere/records"})
    done = Tailrace(config).run()
    assert done.returncode in (1, 2)
    assert "/nowhere/records" in done.stderr and "sink.path" in done.stderr


def test_null(table):
    folder = scratch("null")
    changes = {"sink_type": "null", "offset_storage_file_filename": folder / "offsets"}
    with Tailrace(connector(table, **changes)) as engine:
        engine.wait_streaming()
        assert engine.state() == "RUNNING"


def test_several_connectors_of_one_process(pg, kafka, table, name):
    """One fails; the other doesn't notice, and the exit status tells."""
    bad = connector(table, f"{name}_bad", database_password="wrong")
    with Tailrace(bad, connector(table), worker=worker(kafka, group=name)) as engine:
        engine.wait_state("FAILED", f"{name}_bad")
        wait_until(lambda: engine.state(table.name) == "RUNNING")
        table.sql("INSERT INTO t VALUES (2)")
        assert len(kafka.consume(f"{table.name}.public.t", 2)) == 2
        assert engine.stop() == 1
        assert re.search(rf"connector={name}_bad .*state=FAILED", engine.log)


def test_two_connectors_side_by_side(kafka, table, name):
    both = [connector(table, f"{name}_{n}", publication_name=f"{name}_{n}") for n in (1, 2)]
    with Tailrace(*both, worker=worker(kafka, group=name)) as engine:
        engine.wait_streaming()
        engine.wait_streaming()
        table.sql("INSERT INTO t VALUES (2)")
        for number in (1, 2):
            assert len(kafka.consume(f"{name}_{number}.public.t", 2)) == 2
        assert engine.stop() == 0
