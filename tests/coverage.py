#!/usr/bin/python3
"""Line coverage by layer, from gcovr's --json-summary; fails below the marks.

tests/coverage.py SUMMARY [FILES]      FILES: how many of the least covered files to name (10)
"""
import json
import sys
from collections import defaultdict

ALL = 90
LAYERS = {"decoders": 95, "record": 95, "offsets": 95, "connector": 95}


def layer(filename):
    parts = filename.split("/")
    return parts[0] if parts[0] == "decoders" else parts[1] if len(parts) > 2 else "main"


def percent(covered, total):
    return 100 * covered / total if total else 100


def main():
    files = json.load(open(sys.argv[1]))["files"]
    layers = defaultdict(lambda: [0, 0])
    for file in files:
        for name in (layer(file["filename"]), "all"):
            layers[name][0] += file["line_covered"]
            layers[name][1] += file["line_total"]
    low = False
    print("layer         lines  covered       mark")
    for name in sorted(layers, key=lambda name: (name == "all", name)):
        covered, total = layers[name]
        mark = ALL if name == "all" else LAYERS.get(name)
        is_low = mark is not None and percent(covered, total) < mark
        low |= is_low
        line = f"{name:12} {total:6}  {percent(covered, total):6.1f} %"
        print(line + (f"  {mark:4} %{'  MISSED' if is_low else ''}" if mark else ""))
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    print("\nleast covered:")
    for file in sorted(files, key=lambda file: file["line_covered"] - file["line_total"])[:count]:
        missing = file["line_total"] - file["line_covered"]
        print(f"{missing:5} of {file['line_total']:4} lines missing  {file['filename']}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
