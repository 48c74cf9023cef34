#!/usr/bin/env python3
"""Upper bounds of files, functions, lines and folders.

Reading decides what is too big; these only stop the worst.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import tree

FILE_LINES = 1000
FUNCTION_LINES = 80
COMPLEXITY = 20
PARAMETERS = 5
LINE = 100
FOLDER = 20
# callbacks with somebody else's signature
FIXED_BY_A_LIBRARY = {"on_request", "on_response", "on_certificate"}


def check_files(report, paths):
    for path in paths:
        lines = tree.read(path).split("\n")
        if len(lines) - 1 > FILE_LINES:
            report.add(path, 0, f"{len(lines) - 1} lines; at most {FILE_LINES}")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE:
                report.add(path, number, f"a line of {len(line)}; at most {LINE}")


def check_folders(report, paths):
    counts = Counter(os.path.dirname(path) for path in paths if path.endswith(".c"))
    for folder, count in sorted(counts.items()):
        if count > FOLDER:
            report.add(folder, 0, f"{count} .c files; at most {FOLDER}")


def count_parameters(text, line, name):
    """How many parameters the function defined at this line takes."""
    rest = "\n".join(text.split("\n")[line - 1:])
    match = re.search(r"\b" + re.escape(name) + r"\s*\(", rest)
    if not match or name in FIXED_BY_A_LIBRARY:
        return 0
    depth, commas, end = 1, 0, match.end()
    while depth and end < len(rest):
        depth += (rest[end] == "(") - (rest[end] == ")")
        commas += rest[end] == "," and depth == 1
        end += 1
    if not rest[end:].lstrip().startswith("{"):
        return 0
    return 0 if rest[match.end():end - 1].strip() in ("", "void") else commas + 1


def check_functions(report, paths):
    """pmccabe's columns: modified complexity, traditional, statements, first line, lines, place."""
    result = subprocess.run(["pmccabe", *paths], cwd=tree.ROOT, capture_output=True, text=True,
                            check=True)
    code = {}
    for row in result.stdout.splitlines():
        complexity, _, _, first, length, place = row.split("\t")
        match = re.match(r"(.*)\((\d+)\): (.*)", place)
        if not match:
            continue
        path, name = match.group(1), match.group(3)
        if int(length) > FUNCTION_LINES:
            report.add(path, first, f"{name} has {length} lines; at most {FUNCTION_LINES}")
        if int(complexity) > COMPLEXITY:
            report.add(path, first, f"{name} has complexity {complexity}; at most {COMPLEXITY}")
        if path not in code:
            code[path] = tree.code_of(tree.read(path))
        parameters = count_parameters(code[path], int(match.group(2)), name)
        if parameters > PARAMETERS:
            report.add(path, first, f"{name} has {parameters} parameters; at most {PARAMETERS}")


def main():
    report = tree.Report("sizes")
    paths = tree.files("src", "decoders", "tests", ends=(".c", ".h"))
    check_files(report, paths + tree.files("tests", ends=(".py", ".sh")))
    check_folders(report, paths)
    if not shutil.which("pmccabe"):
        print("pmccabe is missing: functions were not measured")
        if not report.findings:
            sys.exit(77)
        report.finish()
    check_functions(report, paths)
    report.finish()


main()
