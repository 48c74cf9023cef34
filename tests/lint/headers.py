#!/usr/bin/env python3
"""Every header compiles alone and has an include guard named after its place.

usage: headers.py COMPILER [ARGUMENT...]
"""

import os
import re
import subprocess
import sys

import tree


def guards_of(path):
    """src/base/arena.h: TR_BASE_ARENA_H. A folder's namesake needn't say it twice."""
    parts = os.path.splitext(path)[0].split("/")
    if parts[0] == "src":
        parts = parts[1:]
    names = [parts]
    if len(parts) > 1 and parts[-1] == parts[-2]:
        names.append(parts[:-1])
    return ["TR_" + re.sub(r"\W", "_", "_".join(name)).upper() + "_H" for name in names]


def check_guard(report, path):
    directives = re.findall(r"^#\s*(\w+)\s*(\w*)", tree.code_of(tree.read(path)), re.M)
    wanted = guards_of(path)
    if len(directives) < 3 or directives[0][0] != "ifndef" or directives[1][0] != "define" \
            or directives[0][1] != directives[1][1] or directives[-1][0] != "endif":
        report.add(path, 0, f"lacks its include guard {wanted[-1]}")
    elif directives[0][1] not in wanted:
        report.add(path, 0, f"guard {directives[0][1]} should be {wanted[-1]}")


def check_alone(report, path, compiler):
    result = subprocess.run([*compiler, "-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wno-unused",
                             "-Werror", "-Isrc", "-Idecoders", "-Itests/unit", "-fsyntax-only",
                             "-x", "c", path],
                            cwd=tree.ROOT, capture_output=True, text=True)
    if result.returncode != 0:
        report.add(path, 0, "does not compile alone:\n" + result.stderr.strip())


def main():
    report = tree.Report("headers are self-contained and guarded")
    libraries = ["libpq", "libmariadb", "rdkafka", "jansson", "libpcre2-8", "lua5.4"]
    flags = subprocess.run(["pkg-config", "--cflags", *libraries],
                           capture_output=True, text=True, check=True).stdout.split()
    for path in tree.files("src", "decoders", "tests", ends=".h"):
        check_guard(report, path)
        check_alone(report, path, sys.argv[1:] + flags)
    report.finish()


main()
