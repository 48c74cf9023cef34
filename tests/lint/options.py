#!/usr/bin/env python3
"""docs/configuration.md is what the option table says.

usage: options.py TAILRACE
"""

import difflib
import subprocess
import sys

import tree


def main():
    report = tree.Report("docs/configuration.md is generated: "
                         "build/tailrace --document-options > docs/configuration.md")
    printed = subprocess.run([sys.argv[1], "--document-options"], capture_output=True, text=True,
                             check=True).stdout.splitlines()
    written = (tree.read("docs/configuration.md") or "").splitlines()
    difference = list(difflib.unified_diff(written, printed, "docs/configuration.md",
                                           "tailrace --document-options", lineterm="", n=0))
    if difference:
        report.add("docs/configuration.md", 0, "differs:\n" + "\n".join(difference[:40]))
    report.finish()


main()
