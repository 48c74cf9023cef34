#!/usr/bin/env python3
"""Each option and command of --help is in the man page and in the completion, and none else.

usage: usage.py TAILRACE
"""

import re
import subprocess
import sys

import tree

COMMANDS = ("run", "bootstrap", "check", "verify", "status", "offsets")


def options_of(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def main():
    report = tree.Report("what --help says stands in docs/man/tailrace.1 and "
                         "completion/tailrace.bash too")
    told = set()
    for command in ((), *((name,) for name in COMMANDS)):
        told |= options_of(subprocess.run([sys.argv[1], *command, "--help"], capture_output=True,
                                          text=True, check=True).stdout)
    for path in ("docs/man/tailrace.1", "completion/tailrace.bash"):
        text = (tree.read(path) or "").replace("\\-", "-")
        text = re.sub(r"\\f[A-Z]", " ", text).replace(" -- ", " ")
        for option in sorted(told - options_of(text)):
            report.add(path, 0, f"{option} is missing")
        for option in sorted(options_of(text) - told):
            report.add(path, 0, f"{option} is not in --help")
        for command in COMMANDS:
            if not re.search(rf"\b{command}\b", text):
                report.add(path, 0, f"the command {command} is missing")
    report.finish()


main()
