"""What the lint scripts share: the files of the tree, C without comments, and how to complain."""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKIPPED = re.compile(r"^(\.git|\.cache|build|build-.*|__pycache__|\.pytest_cache|\.venv)$")


def files(*folders, ends=""):
    """Paths relative to the root, sorted: all files below the folders that end so."""
    found = []
    for folder in folders or ("",):
        for path, folders_here, names in os.walk(os.path.join(ROOT, folder)):
            folders_here[:] = [name for name in folders_here if not SKIPPED.match(name)]
            found += [os.path.relpath(os.path.join(path, name), ROOT)
                      for name in names if name.endswith(ends)]
    return sorted(found)


def read(path):
    """The text of a file, or None when it is binary."""
    with open(os.path.join(ROOT, path), "rb") as file:
        data = file.read()
    if b"\0" in data:
        return None
    return data.decode("utf-8", "replace")


def code_of(text):
    """C with comments and the contents of literals blanked out; lines stay where they are."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def blank(match):
        token = match.group(0)
        return '""' if token[0] == '"' else "0" if token[0] == "'" else re.sub(r"[^\n]", " ", token)

    return pattern.sub(blank, text)


class Report:
    """Collects findings; finish() prints them and exits."""

    def __init__(self, rule):
        self.rule = rule
        self.findings = []

    def add(self, path, line, text):
        place = f"{path}:{line}" if line else path
        self.findings.append(f"{place}: {text}")

    def finish(self):
        for finding in self.findings:
            print(finding)
        if self.findings:
            print(f"{len(self.findings)} finding(s) against the rule: {self.rule}")
        sys.exit(1 if self.findings else 0)
