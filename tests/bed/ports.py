"""Free TCP ports of 127.0.0.1 that stay ours.

Asking the kernel for port 0 and closing it again loses races: between test workers, and between
the stop and the restart of a server, whose port an outgoing connection may take meanwhile. So
ports come from below the range the kernel gives to outgoing connections, and a lock on a small
file keeps each for as long as this process lives.
"""

import fcntl
import os
import random
import socket
import tempfile

LOWEST, HIGHEST = 15000, 31999

_locks = []


def free_port():
    """A port nobody listens on, reserved for this process."""
    candidates = list(range(LOWEST, HIGHEST + 1))
    random.shuffle(candidates)
    for port in candidates:
        if _reserve(port):
            return port
    raise RuntimeError(f"no free port between {LOWEST} and {HIGHEST}")


def _reserve(port):
    folder = os.path.join(tempfile.gettempdir(), f"tailrace-ports-{os.getuid()}")
    os.makedirs(folder, exist_ok=True)
    lock = open(os.path.join(folder, str(port)), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except OSError:
        lock.close()
        return False
    _locks.append(lock)
    return True
