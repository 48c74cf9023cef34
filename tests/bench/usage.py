"""CPU time and memory of a process and its children, from /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    text = Path(f"/proc/{pid}/stat").read_text()
    return text[text.rindex(")") + 2:].split()


def _children(pid):
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            yield from (int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue


def cpu_seconds(pid, children=False):
    """User and system time of all threads; with `children` also of live and reaped children."""
    try:
        fields = _stat(pid)
        total = (int(fields[11]) + int(fields[12])) / _TICKS
        if children:
            total += (int(fields[13]) + int(fields[14])) / _TICKS
            total += sum(cpu_seconds(child) for child in _children(pid))
        return total
    except OSError:
        return 0.0


def _status_mib(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def peak_rss_mib(pid):
    return _status_mib(pid, "VmHWM")


def rss_mib(pid):
    return _status_mib(pid, "VmRSS")
