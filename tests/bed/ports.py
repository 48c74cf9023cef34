"""Free TCP ports of 127.0.0.1 that stay ours.

Asking the kernel for port 0 and closing it again loses races: between test workers, and between
the stop and the restart of a server, whose port an outgoing connection may take meanwhile. So
ports come from outside of the range the kernel gives to outgoing connections, and each is kept for
as long as this process lives by a name that only one process can hold: an abstract unix socket's.
"""

import random
import socket
from pathlib import Path

_LOWEST, _HIGHEST = 15000, 31999  # below the kernel's usual range
_ENOUGH = 2000
_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")

_held = []


def free_port():
    """A port nobody listens on, reserved for this process."""
    candidates = _candidates()
    random.shuffle(candidates)
    for port in candidates:
        if _reserve(port):
            return port
    raise RuntimeError("no free port")


def _candidates():
    """Where a machine gives nearly all ports to outgoing connections, the usual ones must do."""
    first, last = map(int, _OUTGOING.read_text().split())
    for ports in (range(_LOWEST, min(_HIGHEST + 1, first)), range(max(_LOWEST, last + 1), 65536),
                  range(2000, min(_LOWEST, first))):
        if len(ports) >= _ENOUGH:
            return list(ports)
    return list(range(_LOWEST, _HIGHEST + 1))


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
