"""Temporary directories that go when this process goes, however it goes.

All of them lie in one directory per process. A small shell waits at the other end of a pipe and
removes that directory when the pipe closes: after a normal end, an exception or SIGKILL.
"""

import itertools
import os
import subprocess
import tempfile
from pathlib import Path

_WHEN_THE_PIPE_CLOSES = """
trap '' INT TERM HUP
cat >/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && exit; sleep 1; done
"""

_counter = itertools.count(1)
_root = None
_owner = None
_pipe = None


def scratch(name):
    """A new, empty directory. Other users may enter it: servers run as one of their own."""
    folder = _process_root() / f"{name}-{next(_counter)}"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


def _process_root():
    global _root, _owner
    if _owner != os.getpid():
        _root = Path(tempfile.mkdtemp(prefix="tailrace-"))
        _root.chmod(0o755)
        if not os.environ.get("TAILRACE_KEEP"):
            _remove_later(_root)
        _owner = os.getpid()
    return _root


def _remove_later(folder):
    global _pipe
    reading, _pipe = os.pipe()  # not inherited: only this process holds the writing end
    subprocess.Popen(
        ["/bin/sh", "-c", _WHEN_THE_PIPE_CLOSES, "-", str(folder)],
        stdin=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(reading)
