"""Free TCP ports of 127.0.0.1 that stay ours.

Asking the kernel for port 0 and closing it again loses races: between test workers, and between
the stop and the restart of a server, whose port an outgoing connection may take meanwhile. So
ports come from below the range the kernel gives to outgoing connections, and each is kept for as
long as this process lives by a name that only one process can hold: an abstract unix socket's.
"""

import random
import socket

LOWEST, HIGHEST = 15000, 31999

_held = []


def free_port():
    """A port nobody listens on, reserved for this process."""
    candidates = list(range(LOWEST, HIGHEST + 1))
    random.shuffle(candidates)
    for port in candidates:
        if _reserve(port):
            return port
    raise RuntimeError(f"no free port between {LOWEST} and {HIGHEST}")


def _reserve(port):
    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f"\0tailrace-port-{port}")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # TIME_WAIT is no matter
            probe.bind(("127.0.0.1", port))
    except OSError:
        name.close()
        return False
    _held.append(name)
    return True
