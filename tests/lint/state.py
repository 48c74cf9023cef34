#!/usr/bin/env python3
"""The library has no mutable state of its own: nothing in a writable section.

usage: state.py LIBRARY. What the dynamic linker writes once (.data.rel.ro) is constant for us.
"""

import re
import subprocess
import sys

import tree


def main():
    report = tree.Report("no file-scope mutable state in src/ and decoders/")
    output = subprocess.run(["objdump", "-t", sys.argv[1]], capture_output=True, text=True,
                            check=True).stdout
    member = "?"
    for line in output.splitlines():
        if match := re.match(r"(\S+):\s+file format", line):
            member = match.group(1)
        match = re.match(r"[0-9a-f]+ .{7} (\S+)\t([0-9a-f]+)\s+(?:\.hidden )?(\S+)$", line)
        if not match:
            continue
        section, size, name = match.groups()
        mutable = re.match(r"\.(data|bss|tdata|tbss)\b|\*COM\*", section) \
            and not section.startswith(".data.rel.ro")
        if mutable and int(size, 16) > 0 and not name.startswith(("__", ".")):
            report.add(member, 0, f"{name} in {section} can be written to")
    report.finish()


main()
