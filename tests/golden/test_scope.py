"""The lists of cases are true: what they name exists, and every difference differs."""
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

import scope
from case import Expected

_DOCS = Path(__file__).parents[2] / "docs" / "differences.md"


@pytest.mark.parametrize("name", scope.cases())
def test_a_case_is_readable(name):
    scope.load(name)


def test_every_difference_is_documented_and_has_cases():
    headings = re.findall(r"^##+ (.*)$", _DOCS.read_text(), re.M)
    for entry in scope.differences():
        assert entry["heading"] in headings
        for pattern in entry["cases"]:
            assert any(fnmatch(n, pattern) for n in scope.cases()), pattern


def _expected():
    expected = Expected()
    expected.records = [
        {"topic": f"p.{t}", "partition": 0, "key": f"k{n}", "value": f"v{n}", "headers": []}
        for t in "ab" for n in range(2)]
    return expected


def _changed(**change):
    expected = _expected()
    scope.apply({"change": [change]}, "p", expected)
    return [f"{r['topic']} {r['key']} {r['value']}" for r in expected.records]


def test_a_difference_changes_what_it_names():
    assert _changed(topic="a", record=1, **{"from": "v1", "to": "x"}) == \
        ["p.a k0 v0", "p.a k1 x", "p.b k0 v0", "p.b k1 v1"]
    assert _changed(pattern="k(.)", to=r"q\1", field="key") == \
        ["p.a q0 v0", "p.a q1 v1", "p.b q0 v0", "p.b q1 v1"]
    assert _changed(topic="b", record=[0], drop=True) == ["p.a k0 v0", "p.a k1 v1", "p.b k1 v1"]


def test_a_difference_can_give_a_key_to_a_record_without_one():
    change = {"topic": "a", "record": 0, "field": "key", "none": True, "to": "k"}
    expected = _expected()
    expected.records[0]["key"] = None
    scope.apply({"change": [change]}, "p", expected)
    assert expected.records[0]["key"] == "k"
    with pytest.raises(ValueError, match="changes nothing"):
        scope.apply({"change": [change]}, "p", expected)


def test_a_difference_that_changes_nothing_is_an_error():
    with pytest.raises(ValueError, match="changes nothing"):
        _changed(topic="a", record=[0, 1], **{"from": "v0", "to": "x"})
    with pytest.raises(ValueError, match="without the difference"):
        scope.apply({"state": "RUNNING"}, "p", _expected())
