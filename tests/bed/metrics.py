"""Reads Prometheus's text format, strictly."""

import re

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_SAMPLE = re.compile(rf'({_NAME})(?:\{{(.*)\}})? (\S+)$')
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)')


class Metrics:
    """`metrics = Metrics(text); metrics.value("tailrace_source_lag_seconds", connector="c")`"""

    def __init__(self, text):
        assert text.endswith("\n")
        self.types, self.samples = {}, {}
        self._helped = set()
        for line in text.splitlines():
            self._read(line)

    def _read(self, line):
        if line.startswith("# HELP "):
            name, help_text = line[7:].split(" ", 1)
            assert name not in self._helped and help_text, line
            self._helped.add(name)
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name in self._helped and name not in self.types, line
            assert kind in ("gauge", "counter", "histogram"), line
            assert (kind == "counter") == name.endswith("_total"), line
            self.types[name] = kind
        else:
            self._take(line)

    def _take(self, line):
        match = _SAMPLE.match(line)
        assert match, line
        name, text, value = match.groups()
        labels = _LABEL.findall(text or "")
        assert "".join(f'{key}="{label}",' for key, label in labels)[:-1] == (text or ""), line
        key = (name, frozenset(labels))
        assert key not in self.samples, line
        family = name if name in self.types else re.sub("_(bucket|sum|count)$", "", name)
        assert family == list(self.types)[-1], f"outside its family: {line}"
        self.samples[key] = float(value)

    def names(self):
        """Everything that a query may name."""
        parts = {f"{name}{part}" for name, kind in self.types.items() if kind == "histogram"
                 for part in ("_bucket", "_sum", "_count")}
        return {name for name, kind in self.types.items() if kind != "histogram"} | parts

    def value(self, name, **labels):
        """The sample with these labels, and maybe others; None: there is none."""
        wanted = set(labels.items())
        found = [value for (sample, those), value in self.samples.items()
                 if sample == name and wanted <= those]
        assert len(found) < 2, (name, labels, found)
        return found[0] if found else None

    def all(self, name, **labels):
        """{labels: value} of all samples that have these labels."""
        wanted = set(labels.items())
        return {those - wanted: value for (sample, those), value in self.samples.items()
                if sample == name and wanted <= those}
