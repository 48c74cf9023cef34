"""Requests to Kafka that arrive late, twice or never, or whose answers do (KAFKA-17754).

A proxy before the broker keeps them and delivers them when their connection, and perhaps their
sender, is long gone.
"""

import struct
import subprocess
import threading
from collections import Counter

import formats
import pytest
from bed import ScriptedRegistry, wait_until
from bed.process import GIVE_UP
from bed.proxy import ADD_PARTITIONS, END_TXN, HOLD, LOSE, PRODUCE, STEAL
from bed.tailrace import binary
from checker import Check, summary
from stage import NAME, Stage, seed

_UNWRAP = "io.debezium.transforms.ExtractNewRecordState"
_CONCURRENT = 51  # CONCURRENT_TRANSACTIONS
_FENCED = {47, 90}  # INVALID_PRODUCER_EPOCH, PRODUCER_FENCED


#: What happens to requests, by whether their sender is killed then.
_LATE = {
    False: [(END_TXN, STEAL), (END_TXN, LOSE), (ADD_PARTITIONS, HOLD), (PRODUCE, STEAL)],
    True: [(END_TXN, STEAL), (PRODUCE, STEAL)],
}


class ProxiedStage(Stage):
    def __init__(self, **changes):
        super().__init__(proxied=True, worker_changes={"producer.socket.timeout.ms": 1000},
                         **changes)
        self.proxy = self.kafka.proxy

    def moves_on(self):
        before = self.confirmed()
        wait_until(lambda: self.confirmed() != before, what="something new to be committed")

    def verdict_but_torn(self):
        """What a torn commit may do is to show a part of a transaction early."""
        findings = Check(self.events(), self.book.read(), self.book.tables(),
                         self.positions()).run()
        others = [finding for finding in findings if finding.kind != "torn"]
        assert not others, summary(others)


@pytest.mark.parametrize("killed", [False, True])
def test_late_requests_change_nothing(killed):
    number = seed()
    with ProxiedStage() as stage, stage.tailrace() as tailrace:
        tailrace.wait_streaming()
        with stage.writers(number, threads=1, pause=0.05):
            for api, action in _LATE[killed]:
                _late(stage, tailrace, api, action, killed)
        stage.wait_caught_up()
        assert tailrace.state() == "RUNNING"
        tailrace.stop()
        stage.verdict()


def _late(stage, tailrace, api, action, killed):
    request = stage.proxy.on(api, action, skip=1).wait()
    if killed:
        tailrace.kill9()
        tailrace.start()
    elif api != PRODUCE:
        tailrace.wait_log("replacing the producer")
    stage.moves_on()
    stage.proxy.on(PRODUCE, lambda _: request.deliver(), skip=1).wait()
    stage.moves_on()
    if api == END_TXN:
        assert _error(request.deliver()) in _FENCED


def test_a_commit_is_torn():
    """The request to commit arrives once more, in the midst of a later transaction: before its
    position, or after some of its changes."""
    number = seed()
    with ProxiedStage() as stage, stage.tailrace() as tailrace:
        tailrace.wait_streaming()
        for before_position, killed in [(True, False), (False, True), (False, False)]:
            with stage.writers(number, threads=2, pause=0.02):
                _Torn(stage.proxy, before_position).wait()
                if killed:
                    tailrace.kill9()
                    tailrace.start()
                tailrace.wait_log("committed without its position")
                tailrace.wait_streaming()
                stage.moves_on()
        stage.wait_caught_up()
        assert tailrace.state() == "RUNNING"
        tailrace.stop()
        stage.verdict_but_torn()


@pytest.mark.parametrize("converter", [formats.CONFLUENT, formats.APICURIO, formats.CLOUDEVENTS],
                         ids=["confluent", "apicurio", "cloudevents"])
def test_a_commit_is_torn_in_another_format(converter):
    """What the topics have is read back: Avro by the registry's schemas."""
    with ScriptedRegistry() as registry, \
            ProxiedStage(rows=200, **formats.settings(converter, registry)) as stage, \
            stage.tailrace() as tailrace:
        stage.plain = formats.reading(converter, registry)
        tailrace.wait_streaming()
        with stage.writers(seed(), threads=2, pause=0.02):
            _Torn(stage.proxy, before_position=False).wait()
            tailrace.wait_log("committed without its position")
            tailrace.wait_streaming()
            stage.moves_on()
        stage.wait_caught_up()
        assert tailrace.state() == "RUNNING"
        tailrace.stop()
        stage.verdict_but_torn()


def test_a_torn_commit_that_cannot_be_compared(tmp_path):
    """A transform has dropped what would tell: that stops, until somebody decides."""
    with ProxiedStage(transforms="unwrap", transforms_unwrap_type=_UNWRAP) as stage, \
            stage.tailrace() as tailrace:
        tailrace.wait_streaming()
        with stage.writers(seed(), threads=1, pause=0.02):
            _Torn(stage.proxy, before_position=True).wait()
            said = tailrace.wait_log(r"state=FAILED.*error=\"(.*)\"").group(1)
        assert tailrace.wait() == 1
        assert "KAFKA-17754" in said and "source block" in said and "shop.shop." in said, said
        seen = Counter(record.topic for record in stage.kafka.consume(r"shop\.shop\..*"))

        offsets = tmp_path / "offsets.json"
        offsets.write_text(_offsets(tailrace, "export", NAME))
        _offsets(tailrace, "import", NAME, offsets)
        tailrace.start()
        stage.wait_caught_up()
        now = Counter(record.topic for record in stage.kafka.consume(r"shop\.shop\..*"))
        assert now != seen and now >= seen, "written again, as was decided"


def _offsets(tailrace, *args):
    files = [word for file in tailrace.argv()[2:] for word in ("--config", file)]
    return subprocess.run([binary(), "offsets", *args, *files], capture_output=True, text=True,
                          timeout=GIVE_UP, cwd=tailrace.folder, check=True).stdout


class _Torn:
    """Tears a transaction that has written something, before its position, or earlier."""

    def __init__(self, proxy, before_position):
        self._before_position = before_position
        self._late, self._written = None, 0
        self._done = threading.Event()
        proxy.on(END_TXN, self._end, times=10 ** 9)
        proxy.on(PRODUCE, self._look, times=10 ** 9)

    def wait(self):
        assert self._done.wait(GIVE_UP)

    def _end(self, request):
        """The newest commit is the late one: of the epoch that the producer has now."""
        commits = request.frame[-1 if request.version < 3 else -2]  # before the tagged fields
        self._late, self._written = request if commits else None, 0

    def _look(self, request):
        if self._done.is_set() or not self._late:
            return
        is_position = b'"tailrace_format"' in request.body
        self._written += not is_position
        # a transaction's first record is a marker; all others are acknowledged before the position
        if self._written > 1 and is_position if self._before_position else self._written > 2:
            error = self._answer()
            if error in _FENCED:
                return  # there is a new producer since; its own requests will do
            assert error == 0
            self._answer()  # the commit is complete, and what follows no longer in it
            self._done.set()

    def _answer(self):
        """To the late commit, once the coordinator has done what it is at: it may be adding a
        partition, or completing a commit."""
        def answer():
            error = _error(self._late.deliver())
            return None if error == _CONCURRENT else (error,)

        return wait_until(answer, what="the commit")[0]


def _error(answer):
    """Of EndTxn's."""
    return struct.unpack_from(">ih", answer)[1]
