"""What happens to tailrace, to its source and to Kafka. Every act ends with all of them up again;
what it does is decided by the round's number alone, which lies between 0 and 1."""

import signal
import time
from collections import namedtuple

from bed import wait_until

#: `weight`: how often it is drawn; `act(run, number)`.
Fault = namedtuple("Fault", "weight act")

#: A transaction that a frozen instance leaves open is aborted after this time.
TRANSACTION_TIMEOUT = 10  # seconds


def _kill(run, number):
    """SIGKILL; every third time its successor dies, too, before or while it takes over."""
    run.tailrace.kill9()
    if number > 0.66:
        run.tailrace.start()
        time.sleep((number - 0.66) * 3)
        run.tailrace.kill9()
    run.tailrace.start()


def _term(run, _):
    status = run.tailrace.stop()
    assert status in (0, -signal.SIGTERM), f"exit status {status} after SIGTERM"  # so early: -15
    run.tailrace.start()


def _pause(run, number):
    run.tailrace.process.send(signal.SIGSTOP)
    time.sleep(number * 2)
    run.tailrace.process.send(signal.SIGCONT)


def _zombie(run, number):
    """Frozen, replaced, and awake again: before its transaction's timeout or after it."""
    frozen, since = run.tailrace, time.monotonic()
    frozen.process.send(signal.SIGSTOP)
    run.replace()
    run.wait_committed(time.time())
    if number > 0.5:
        wait_until(lambda: time.monotonic() > since + TRANSACTION_TIMEOUT + 1)
    frozen.process.send(signal.SIGCONT)
    assert frozen.wait() == 1
    said = frozen.wait_log(r"state=FAILED.*error=\"(.*)\"").group(1)
    assert "fenced" in said, said


def _broker_killed(run, number):
    run.stage.kafka.kill9()
    time.sleep(number * 2)
    run.stage.kafka.start()


def _broker_restarted(run, _):
    run.stage.kafka.restart()


def _broker_away(run, number):
    """So long that deliveries and transactions time out."""
    run.stage.kafka.kill9()
    time.sleep(TRANSACTION_TIMEOUT + 6 * number)
    run.stage.kafka.start()


def _broker_frozen(run, number):
    run.stage.kafka.freeze()
    time.sleep(number * 1.5 * TRANSACTION_TIMEOUT)
    run.stage.kafka.thaw()


def _reader_ended(run, _):
    run.stage.cut_off()


def _database_restarted(run, _):
    run.stage.server.restart()


def _database_killed(run, _):
    run.stage.crash()


def _network_cut(run, number):
    """Before the database or before Kafka: no connection lives, and for a while no new one."""
    network = run.stage.networks[number > 0.5]
    network.refuse()
    time.sleep(2 * number)
    network.accept()


def _network_stalled(run, number):
    """Nothing gets through, and no connection ends."""
    network = run.stage.networks[number > 0.5]
    network.stall()
    time.sleep(4 * number)
    network.flow()


FAULTS = {
    "kill": Fault(20, _kill),
    "term": Fault(2, _term),
    "pause": Fault(1, _pause),
    "zombie": Fault(1, _zombie),
    "broker killed": Fault(1, _broker_killed),
    "broker restarted": Fault(1, _broker_restarted),
    "broker away": Fault(0.5, _broker_away),
    "broker frozen": Fault(0.5, _broker_frozen),
    "network cut": Fault(1, _network_cut),
    "network stalled": Fault(1, _network_stalled),
    "reader ended": Fault(1, _reader_ended),
    "database restarted": Fault(1, _database_restarted),
    "database killed": Fault(1, _database_killed),
}
