"""How long the REST API takes to answer while a connector streams as fast as it can; beside it what
the machine takes, for the same client and a process that does nothing but answer: on few cores most
of the time is spent waiting for one."""

import http.client
import multiprocessing
import socket
import time
from collections import namedtuple

Answers = namedtuple("Answers", "p50 p99 max count")

PATHS = ("/", "/health", "/connectors", "/connectors?expand=info&expand=status",
         "/connectors/{name}", "/connectors/{name}/status", "/connectors/{name}/tasks",
         "/connectors/{name}/topics", "/connector-plugins", "/admin/loggers",
         "/connector-plugins/PostgresConnector/config")
NOTHING = "(nothing)"
PAUSE = 0.005


def _answer_nothing(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            while connection.recv(4096):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")


def _ask(connection, path):
    """Milliseconds."""
    began = time.monotonic()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    took = (time.monotonic() - began) * 1000
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return took


def measure_rest(port, name, busy):
    """One request after the other on a kept-alive connection, while busy() holds; by path."""
    took = {path: [] for path in (NOTHING, *PATHS)}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nothing = multiprocessing.Process(target=_answer_nothing, args=(listener,), daemon=True)
        nothing.start()
        api = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        other = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=10)
        while busy():
            for path in PATHS:
                took[path].append(_ask(api, path.format(name=name)))
                time.sleep(PAUSE)
                took[NOTHING].append(_ask(other, "/"))
                time.sleep(PAUSE)
        nothing.terminate()
    return {path: _answers(sorted(times)) for path, times in took.items()}


def _answers(times):
    return Answers(times[len(times) // 2], times[len(times) * 99 // 100], times[-1], len(times))
