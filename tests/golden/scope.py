"""The cases, and where tailrace means to differ from what was recorded.

A case of MySQL or MariaDB goes by NAME.mysql and NAME.mariadb. differences.toml and
differences-mysql.toml are the lists of intended differences: each entry has the heading of
docs/differences.md that argues for it, the cases, and exactly what is written instead, so that a
difference is checked like everything else:

    [[difference]]
    heading = "Dates before 1582"
    cases = ["ty_bc_*"]
    change = [
        { topic = "public.t", record = 0, from = '"d":-703383', to = '"d":-735160' },
    ]

A change replaces text in the records of the topic (its name without the case's prefix, "" if that
is all of it; "*" for all of them), or in those records of it that are named. field is value unless
it says key. It must apply: a change that changes nothing is an error. pattern instead of from is
a regular expression;
none = true replaces a key that is missing, null = true takes one away.
drop = true leaves the record out. state, blames, publications and slot replace those of the
recording; instead = "FILE" takes all records from another file, of the form of NAME.expected.
"""
import copy
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from case import read_case, read_expected

HERE = Path(__file__).parent
_BINLOG = ("mysql", "mariadb")


def cases():
    """their names"""
    return sorted(p.stem for p in HERE.glob("postgres/*.sql")) + \
        sorted(p.stem for p in HERE.glob("mysql/*.expected"))


def server(name):
    """postgres, mysql or mariadb"""
    ending = name.rpartition(".")[2]
    return ending if ending in _BINLOG else "postgres"


def differences():
    return [entry for path in HERE.glob("differences*.toml")
            for entry in tomllib.loads(path.read_text())["difference"]]


def load(name):
    """the case, and what is expected of tailrace"""
    family, stem = ("mysql", name.rpartition(".")[0]) if "." in name else ("postgres", name)
    case = read_case(HERE / family / f"{stem}.sql", server(name))
    expected = read_expected(HERE / family / f"{name}.expected")
    for entry in differences():
        if any(fnmatch(name, pattern) for pattern in entry["cases"]):
            apply(entry, case.name, expected)
    return case, expected


def apply(entry, name, expected):
    for field in ("state", "blames", "slot", "publications"):
        if field in entry:
            if getattr(expected, field) == entry[field]:
                raise ValueError(f"{name}: {field} is {entry[field]} without the difference")
            setattr(expected, field, entry[field])
    if "instead" in entry:
        expected.records = read_expected(HERE / entry["instead"]).records
    for change in entry.get("change", []):
        if not _change(change, name, expected.records):
            raise ValueError(f"{name}: the difference {change} changes nothing")


def _change(change, name, records):
    topic, wanted = change.get("topic", "*"), change.get("record")
    wanted = [wanted] if isinstance(wanted, int) else wanted
    matching = [r for r in records if topic in ("*", _short(r["topic"], name))]
    chosen = [r for n, r in enumerate(matching) if wanted is None or n in wanted]
    if change.get("drop"):
        records[:] = [r for r in records if not any(r is x for x in chosen)]
        return bool(chosen)
    done = [_replace(r, change) for r in chosen]
    return all(done) if wanted else any(done)


def _short(topic, name):
    return "" if topic == name else topic.removeprefix(name + ".")


def _replace(record, change):
    field = change.get("field", "value")
    before = record[field]
    if "null" in change:
        record[field] = None if before == change["from"] else before
    elif before is None or "none" in change:
        record[field] = change["to"] if before is None and "none" in change else before
    elif "pattern" in change:
        record[field] = re.sub(change["pattern"], change["to"], before)
    else:
        record[field] = before.replace(change["from"], change["to"])
    return record[field] != before
