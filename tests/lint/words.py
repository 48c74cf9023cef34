#!/usr/bin/env python3
"""What may not stand in the tree: dangerous functions, leftovers, paths of somebody's machine.

Nor a TR_CLEANUP variable without a value: a return before its init would clean up garbage.
"""

import re

import tree

FUNCTIONS = re.compile(r"\b(strcpy|strcat|v?sprintf|gets|strtok|atoi|atol|atoll|setjmp|longjmp|"
                       r"alloca|system)\s*\(|<(setjmp)\.h>")
LEFTOVERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
PATHS = re.compile(r"(?<![\w./~}-])/(?:work|home/\w+|root|Users/\w+)/|\.\./shared")
CLEANUP = re.compile(r"\bTR_CLEANUP\(\w+\)(?=[^;]*;)(?:[^;=]*;|[^;=]*=[^;]*,\s*\*?\w+\s*[;,])")
DATA = re.compile(r"^tests/(golden/cases|fuzz/corpus)/")


def main():
    report = tree.Report("no dangerous function, no leftover, no path of a machine")
    for path in tree.files():
        text = tree.read(path)
        if text is None or DATA.match(path):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            for pattern in (LEFTOVERS, PATHS):
                if match := pattern.search(line):
                    report.add(path, number, f"\"{match.group(0)}\" has no place here")
    for path in tree.files("src", "decoders", ends=(".c", ".h")):
        for number, line in enumerate(tree.code_of(tree.read(path)).split("\n"), 1):
            if match := FUNCTIONS.search(line):
                report.add(path, number, f"{match.group(1) or match.group(2)} is banned")
            if CLEANUP.search(line):
                report.add(path, number, "TR_CLEANUP needs a value where it is declared")
    report.finish()


main()
