"""A TCP proxy before a Kafka broker that knows a request when it sees one. Before anything else it
knows none, and can still be cut.

Everything goes through as it is. Rules hold requests back, lose them or their answers, or keep them
for later: a request may reach the broker long after the connection that brought it is gone, which
is what a network can do, too (KAFKA-17754).
"""

import socket
import struct
import threading
import time

from .ports import free_port
from .process import GIVE_UP

#: Kafka's request types, by number (Kafka protocol guide, "Api Keys").
PRODUCE, FETCH, METADATA, INIT_PRODUCER_ID, ADD_PARTITIONS, END_TXN = 0, 1, 3, 22, 24, 26

_LONGEST_TEXT = 200  # of stall_at

#: What a rule can do with a request.
HOLD = "hold"    # stop here; and with it, all that follows on its connection
STEAL = "steal"  # keep it for deliver(), end its connection
COPY = "copy"    # pass it on, and keep one for deliver()
DROP = "drop"    # end its connection
LOSE = "lose"    # pass it on; end its connection when the answer comes


class Request:
    """One that a rule met: `api`, `version`, `correlation` and its `body`."""

    def __init__(self, proxy, connection, frame):
        self._proxy, self._connection = proxy, connection
        self.frame = frame
        self.api, self.version, self.correlation = struct.unpack_from(">hhi", frame, 4)
        self._released = threading.Event()
        self._kept = False  # by us, and not by its connection

    @property
    def body(self):
        """What follows the header's first three fields."""
        return self.frame[12:]

    def deliver(self):
        """Sends it to the broker on a connection that nobody knows; the answer's body. If its own
        still waits for it, that ends."""
        if self._kept:
            self._connection.close()
        with socket.create_connection(self._proxy.target, GIVE_UP) as broker:
            broker.sendall(self.frame)
            answer = _read_frame(broker)
        assert answer is not None, "the broker ended the connection"
        return answer[8:]

    def release(self):
        """Goes on where it was held."""
        self._released.set()

    def _wait(self):
        self._kept = True
        while not (self._released.wait(0.05) or self._connection.closed):
            pass


class Rule:
    def __init__(self, api, action, skip, times):
        self._api, self._action = api, action
        self._skip, self._times = skip, times
        self.requests = []  # those that were met
        self._met = threading.Condition()

    def wait(self, count=1, timeout=GIVE_UP):
        """The count-th request that the rule has met."""
        with self._met:
            if not self._met.wait_for(lambda: len(self.requests) >= count, timeout):
                raise TimeoutError(f"{len(self.requests)} requests of type {self._api} met by "
                                   f"{self._action}, not {count}, in {timeout} s")
            return self.requests[count - 1]

    def _meet(self, request):
        """The action, or None if the rule isn't for this one."""
        if request.api != self._api:
            return None
        with self._met:
            if self._skip:
                self._skip -= 1
                return None
            if len(self.requests) >= self._times:
                return None
            self.requests.append(request)
            self._met.notify_all()
        return self._action


class Proxy:
    """`Kafka(proxy=True)` has one before each broker. Starts at once. `kafka=False`: of another
    server, so no rules."""

    def __init__(self, target, *, kafka=True):
        self.target = target  # (host, port)
        self.read = _read_frame if kafka else _read_some
        self.port = free_port()
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._refuses = False
        self._left = None  # of stall_after
        self._rate, self._free_at = None, 0  # of slow
        self._text, self._everywhere = None, False  # of stall_at
        self._passes = threading.Event()  # what it has stopped
        self._passes.set()
        self._rules, self._connections = [], set()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    @classmethod
    def before(cls, server):
        """A database's: for a `with`."""
        return cls((server.host, server.port), kafka=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # Single requests

    def on(self, api, action, *, skip=0, times=1):
        """A Rule for the next `times` requests of a type, after `skip` that pass. `action` is one
        of HOLD, STEAL, COPY, DROP, LOSE, or a function of the Request, called before it is passed
        on, that may return one of these. The first rule that does something with a request is
        the only one."""
        rule = Rule(api, action, skip, times)
        with self._lock:
            self._rules.append(rule)
        return rule

    def forget(self):
        """No more rules; what is held is passed on."""
        with self._lock:
            rules, self._rules = self._rules, []
        for rule in rules:
            for request in rule.requests:
                request.release()

    # All of it

    def stall(self):
        """Nothing gets through, and nobody is told: a network that swallows."""
        self._flows.clear()

    def stall_after(self, answered):
        """Once the other side has sent so many bytes more."""
        with self._lock:
            self._left = answered

    def slow(self, rate):
        """The other side sends no more than so many bytes a second."""
        with self._lock:
            self._rate = rate

    def stall_at(self, text, *, everywhere=False):
        """A connection on which the other side sends this text: neither that gets through, nor
        what follows it there. All others flow on, unless they are to stall then, too."""
        self._passes.clear()
        with self._lock:
            self._text, self._everywhere = text.encode(), everywhere

    def flow(self):
        with self._lock:
            self._left = self._text = self._rate = None
        self._flows.set()
        self._passes.set()

    def cut(self):
        """Ends every connection."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            connection.close()

    def refuse(self):
        """Ends every connection, and each new one, until accept()."""
        self._refuses = True
        self.cut()

    def accept(self):
        self._refuses = False

    def close(self):
        self._listener.close()
        self._refuses = True
        self._flows.set()
        self._passes.set()
        self.cut()

    # Inside

    def _answered(self, before, frame):
        """Called before it goes on; `before` is what went just before it."""
        pause = 0
        with self._lock:
            if self._left is not None:
                self._left -= len(frame)
                if self._left <= 0:
                    self._flows.clear()
            found = self._text is not None and self._text in before + frame
            if found and self._everywhere:
                self._flows.clear()
            if self._rate is not None:
                now = time.monotonic()
                self._free_at = max(now, self._free_at) + len(frame) / self._rate
                pause = self._free_at - now
        if pause:
            time.sleep(pause)
        self._flows.wait()
        if found:
            self._passes.wait()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                if self._listener.fileno() < 0:
                    return
                continue
            self._connect(client)

    def _connect(self, client):
        if self._refuses:
            client.close()
            return
        try:
            connection = _Connection(self, client)
        except OSError:
            client.close()  # the broker is away
            return
        with self._lock:
            refused = self._refuses  # since we looked: refuse() hasn't seen this one
            if not refused:
                self._connections.add(connection)
        if refused:
            connection.close()
        else:
            connection.start()

    def _gone(self, connection):
        with self._lock:
            self._connections.discard(connection)

    def _action(self, request):
        with self._lock:
            rules = list(self._rules)
        for rule in rules:
            action = rule._meet(request)
            if callable(action):
                action = action(request)
            if action is not None:
                return action
        return None


class _Connection:
    def __init__(self, proxy, client):
        self._proxy, self._client = proxy, client
        self._broker = socket.create_connection(proxy.target, GIVE_UP)
        for end in (self._client, self._broker):
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lost = set()  # correlation ids of the answers that end it
        self.closed = False

    def start(self):
        for pump in (self._pump_requests, self._pump_answers):
            threading.Thread(target=self._run, args=(pump,), daemon=True).start()

    def close(self):
        self.closed = True
        for end in (self._client, self._broker):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is closed already

    def _run(self, pump):
        try:
            pump()
        except OSError:
            pass  # one of the ends has gone
        finally:
            self.close()  # also after a test's own function has failed, or its peer would hang
            self._proxy._gone(self)

    def _pump_requests(self):
        while (frame := self._proxy.read(self._client)) is not None:
            action = None
            if self._proxy._rules:
                request = Request(self._proxy, self, frame)
                action = self._proxy._action(request)
            if action in (STEAL, DROP):
                return
            if action == HOLD:
                request._wait()
            if action == LOSE:
                self._lost.add(request.correlation)
            self._proxy._flows.wait()
            if self.closed:
                return
            self._broker.sendall(frame)

    def _pump_answers(self):
        before = b""
        while (frame := self._proxy.read(self._broker)) is not None:
            self._proxy._answered(before, frame)
            before = (before + frame[-_LONGEST_TEXT:])[-_LONGEST_TEXT:]
            if self._lost and struct.unpack_from(">i", frame, 4)[0] in self._lost:
                return
            self._client.sendall(frame)


def _read_frame(end):
    """One request or answer with its length before it; None at the end."""
    head = _read(end, 4)
    if head is None:
        return None
    body = _read(end, struct.unpack(">i", head)[0])
    return None if body is None else head + body


def _read_some(end):
    return end.recv(1 << 16) or None


def _read(end, count):
    parts = bytearray()
    while len(parts) < count:
        part = end.recv(min(count - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)
