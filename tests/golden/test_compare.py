"""The comparison notices what it must, ignores what it must, and loses nothing in a file."""
import copy
import json
import re

import pytest

import case
from compare import differences
from mask import masked

_RUN = "01a1fc16-3dcf-708c-95a9-b31b2a0eb04c"
_HEADERS = [["__debezium.context.connectorLogicalName", "p"], ["__debezium.context.taskId", "0"],
            ["__debezium.context.connectorName", "postgresql"],
            ["__debezium.context.runId", _RUN]]
_SCHEMA = ('{"type":"struct","fields":[{"type":"int16","optional":true,"field":"s"}],'
           '"optional":false,"name":"p.public.t.Envelope"}')


def _record(n, op="c", tx=None, topic="p.public.t"):
    us = 1795230820310268 + n
    source = (f'{{"version":"3.6.1.Final","connector":"postgresql","ts_ms":{us // 1000},'
              f'"sequence":"[null,\\"{5000 + n}\\"]","ts_us":{us},"ts_ns":{us}000,'
              f'"schema":"public","table":"t","txId":{tx or 700 + n},"lsn":{5000 + n}}}')
    value = (f'{{"schema":{_SCHEMA},"payload":{{"before":null,"after":{{"id":{n},"b":3,"ts_ms":7}},'
             f'"source":{source},"op":"{op}","ts_ms":{us // 1000},"ts_us":{us},"ts_ns":{us}123}}}}')
    return {"topic": topic, "partition": 0, "key": f'{{"id":{n}}}', "value": value,
            "headers": copy.deepcopy(_HEADERS)}


def _records():
    out = [_record(n) for n in range(6)]
    out.append(dict(_record(6), value=None))
    return out


def _sub(pattern, new, n=4, field="value"):
    def change(records):
        assert re.search(pattern, records[n][field])
        records[n][field] = re.sub(pattern, new, records[n][field], count=1)
    return change


def _everywhere(pattern, new):
    def change(records):
        for r in records:
            r["value"] = r["value"] and re.sub(pattern, new, r["value"])
    return change


def _other_run(records):
    for r in records:
        r["headers"][3][1] = _RUN.replace("a", "b")


IGNORED = {
    "identical": lambda r: None,
    "all positions moved": _everywhere(r'"lsn":(\d+)', lambda m: f'"lsn":{int(m[1]) + 1000}'),
    "sequence moved": _everywhere(r'null,\\"(\d)', r'null,\\"9\1'),
    "other version": _everywhere('3.6.1.Final', "9.9"),
    "other run id": _other_run,
    "other time": _everywhere(r"17952308", "17952309"),
    "topics in another order": lambda r: r.insert(0, _record(9, topic="z")) or r.append(r.pop(0)),
}
NOTICED = {
    "field order": _sub('"schema":"public","table":"t"', '"table":"t","schema":"public"'),
    "type of a masked field": _sub(r'"op":"c","ts_ms":(\d+)', r'"op":"c","ts_ms":"\1"'),
    "unit of a masked field": _sub(r'"op":"c","ts_ms":(\d+)', r'"op":"c","ts_ms":\g<1>000'),
    "ts_us of another instant": _sub(r'("op":"c","ts_ms":\d+,"ts_us":)\d{6}', r"\g<1>111111"),
    "a source time in nanoseconds": _sub(r'000,"schema":"public"', '123,"schema":"public"'),
    "a column named like a time": _sub('"ts_ms":7}', '"ts_ms":8}'),
    "white space": _sub('"op":"c"', '"op": "c"'),
    "number text": _sub('"b":3', '"b":3.0'),
    "an escape": _sub('"public"', r'"\\u0070ublic"'),
    "two transactions merged": _sub('"txId":704', '"txId":703'),
    "null for a masked field": _sub(r'"lsn":\d+', '"lsn":null'),
    "sequence without a null": _sub(r'\[null,', r'[\\"1\\",'),
    "attribute order in a schema": _sub('"optional":true,"field":"s"',
                                        '"field":"s","optional":true'),
    "record missing": lambda r: r.pop(),
    "record twice": lambda r: r.append(r[-1]),
    "records swapped": lambda r: r.insert(3, r.pop(2)),
    "topic missing": lambda r: [x.update(topic="q") for x in r[:2]],
    "other partition": lambda r: r[3].update(partition=1),
    "header missing": lambda r: r[3]["headers"].pop(),
    "headers swapped": lambda r: r[3]["headers"].insert(0, r[3]["headers"].pop()),
    "key changed": _sub('"id":3', '"id":5', 3, "key"),
    "no key": lambda r: r[3].update(key=None),
    "tombstone is the text null": lambda r: r[6].update(value="null"),
}


def _compare(change):
    expected, actual = _records(), _records()
    change(actual)
    if change is IGNORED["topics in another order"]:
        expected.append(_record(9, topic="z"))
    return differences(masked(actual), masked(expected))


@pytest.mark.parametrize("name", IGNORED)
def test_ignores(name):
    assert _compare(IGNORED[name]) == []


@pytest.mark.parametrize("name", NOTICED)
def test_notices(name):
    assert _compare(NOTICED[name])


def test_masks_more_where_a_case_says_so():
    other = _records()
    _sub('"b":3', '"b":4')(other)
    mask = [r"after\.b"]
    assert differences(masked(other, mask=mask), masked(_records(), mask=mask)) == []


def test_a_snapshot_may_begin_where_the_first_change_stands():
    expected, actual = _records(), _records()
    for records in (expected, actual):
        _sub('"connector":"postgresql"', '"connector":"postgresql","snapshot":"last"', 0)(records)
    _sub('"lsn":5000', '"lsn":5001', 0)(actual)
    assert differences(masked(actual), masked(expected)) == []


def test_a_run_of_equal_records_counts_once_in_a_collapsed_topic():
    beats = [{"topic": "beat", "partition": 0, "key": "{}", "value": f'{{"ts_ms":179523082031{n}}}',
              "headers": []} for n in range(3)]
    assert len(masked(beats, collapse=["beat"])) == 1


def test_shows_where():
    text, = differences(masked(_records()[:1]), masked([dict(_records()[0], key='{"id":"x"}')]))
    assert "p.public.t record 0 key" in text and "at id (character 6)" in text


def test_a_file_gives_back_what_was_written(tmp_path):
    expected = case.Expected()
    expected.state, expected.slot = "FAILED", "pgoutput logical"
    expected.errors, expected.blames = ["a broken thing"], ["slot.name"]
    expected.sql_errors, expected.publications = ["ERROR:  no"], ["p all=true"]
    expected.records = masked(_records() + [_record(1, topic="p.public.u.Odd name")])
    expected.write(tmp_path / "x.expected")
    assert vars(case.read_expected(tmp_path / "x.expected")) == vars(expected)
    lines = (tmp_path / "x.expected").read_text().split("\n")
    assert sum(_SCHEMA in line for line in lines) == 1


def test_a_case_gives_back_what_was_written(tmp_path):
    written = case.Case("x", "about it")
    written.config.update({"snapshot.mode": "always", "regex": "a=b"})
    del written.config["slot.name"]
    written.flags.add("go-on")
    written.lists["mask"].append(r"after\.x")
    written.steps = [(None, "", "CREATE TABLE a ();\n"), ("create", "", ""),
                     ("sleep", "3", "-- said\nSELECT 1;\n")]
    written.write(tmp_path / "x.sql")
    assert vars(case.read_case(tmp_path / "x.sql")) == vars(written)


def test_an_unknown_directive_is_refused(tmp_path):
    (tmp_path / "x.sql").write_text("-- x\n-- @explode\n")
    with pytest.raises(ValueError, match="explode"):
        case.read_case(tmp_path / "x.sql")


def test_placeholders():
    assert json.dumps(case.fill("${NAME}.${other}", {"NAME": "n"})) == '"n.${other}"'
