"""Processes that never outlive the one that started them.

Each gets a death signal from the kernel (PR_SET_PDEATHSIG) for when we die without a word, and
is killed by its id at our exit. Each has a session of its own, so that Ctrl-C reaches us alone
and we stop things in order.
"""

import atexit
import ctypes
import os
import pwd
import re
import signal
import subprocess
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

GIVE_UP = 120  # seconds, for a machine with a lot else to do: what works is long done by then

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

# The kernel means the death of the *thread* that forked; this one lives as long as we do.
_spawner = ThreadPoolExecutor(1, thread_name_prefix="spawner")
_running = weakref.WeakSet()


class Process:
    """One child with its output in a log file."""

    def __init__(self, argv, log, *, user=None, env=None, cwd=None, stdout=None,
                 death_signal=signal.SIGKILL):
        """`log` is a Path, appended to; `stdout` a Path of its own if it is not to go there.

        `user` is taken only if we are root.
        """
        self.argv = [str(arg) for arg in argv]
        self.log = log
        self._death_signal = death_signal
        options = {"env": env, "cwd": cwd, "stdin": subprocess.DEVNULL, "start_new_session": True}
        if user and os.getuid() == 0:
            group = pwd.getpwnam(user).pw_gid
            options.update(user=user, group=group, extra_groups=[])
        with open(log, "ab") as log_file, open(stdout or log, "ab") as stdout_file:
            options.update(stdout=stdout_file, stderr=log_file, preexec_fn=self._in_child)
            self._popen = _spawner.submit(subprocess.Popen, self.argv, **options).result()
        self.pid = self._popen.pid
        _running.add(self)

    def _in_child(self):
        # After the change of user, which would clear it.
        _libc.prctl(_PR_SET_PDEATHSIG, int(self._death_signal), 0, 0, 0)

    @property
    def returncode(self):
        """None while it runs; -N if signal N ended it."""
        return self._popen.poll()

    def alive(self):
        return self.returncode is None

    def send(self, signum):
        if self.alive():
            self._popen.send_signal(signum)

    def wait(self, timeout=GIVE_UP):
        """The exit status; fails if it still runs after `timeout` seconds."""
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self.argv[0]} (pid {self.pid}) still runs after {timeout} s\n"
                               + self.tail()) from None

    def stop(self, signum=signal.SIGTERM, timeout=GIVE_UP):
        """Asks it to end and waits; kills it, and fails, if it doesn't."""
        self.send(signum)
        try:
            return self.wait(timeout)
        except TimeoutError:
            self.kill9()
            raise

    def kill9(self):
        self.send(signal.SIGKILL)
        return self._popen.wait()

    def tail(self, lines=30):
        """The end of its log, for messages."""
        text = self.log.read_text(errors="replace")
        return f"--- {self.log}\n" + "\n".join(text.splitlines()[-lines:])


class LogWatch:
    """Waits for lines in a growing log file; never sees the same text twice."""

    def __init__(self, path):
        self._path = path
        self._seen = 0

    def skip(self):
        """Forgets what is there already."""
        self._seen = len(self._text())

    def wait(self, pattern, timeout=GIVE_UP, alive=lambda: True):
        """The match of `pattern` in what came since the last match."""
        regex = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + timeout
        while True:
            running = alive()  # asked first: its last words count
            match = regex.search(self._text(), self._seen)
            if match:
                self._seen = match.end()
                return match
            if not running:
                raise RuntimeError(f"ended before its log said {pattern!r}:\n{self._last()}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {pattern!r} in {timeout} s:\n{self._last()}")
            time.sleep(0.02)

    def _text(self):
        return self._path.read_text(errors="replace") if self._path.exists() else ""

    def _last(self):
        return "\n".join(self._text().splitlines()[-40:])


def wait_until(condition, timeout=GIVE_UP, what=None, pause=0.05):
    """The first true value of `condition()`; fails after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout} s: {what or condition}")
        time.sleep(pause)


@atexit.register
def _kill_what_is_left():
    for process in list(_running):
        process.send(process._death_signal)
