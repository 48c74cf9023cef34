"""The program under test, run on configuration files made from dicts."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

from .process import GIVE_UP, LogWatch, Process, wait_until
from .scratch import scratch

ROOT = Path(__file__).resolve().parents[2]
_SANITIZER = re.compile(r"ERROR: (Address|Leak|Thread)Sanitizer|: runtime error: ")
_STATE = re.compile(r'connector=("[^"]*"|\S+) msg="connector state" state=(\w+)')


def binary():
    """build/tailrace, or what TAILRACE_BIN names."""
    return Path(os.environ.get("TAILRACE_BIN", ROOT / "build" / "tailrace")).resolve()


class Tailrace:
    """`with Tailrace(connector, worker=worker) as tailrace:`

    Each connector is a flat dict of its properties with a "name"; `worker` is a dict (see
    bed.config for good ones). The files are written once more at each start: change the dicts
    and restart to run with something else.
    """

    def __init__(self, *connectors, worker=None, command="run", args=(), binary=None, env=None):
        self.connectors, self.worker = list(connectors), worker or {}
        self.command, self.args = command, list(args)
        self.folder = scratch("tailrace")
        self.log_file = self.folder / "log"  # stderr
        self.out_file = self.folder / "out"  # stdout
        self._binary = binary or globals()["binary"]()
        self._env = {**os.environ, **sanitizer_options(), **(env or {})}
        self._watch = LogWatch(self.log_file)
        self._started_at = 0
        self.process = None

    # Life cycle

    def start(self):
        self._watch.skip()
        self._started_at = len(self.log)
        self.process = Process(self.argv(), self.log_file, stdout=self.out_file, env=self._env,
                               cwd=self.folder)
        return self

    def stop(self, timeout=GIVE_UP):
        """SIGTERM; the exit status."""
        return _refuse_crash(self.process.stop(timeout=timeout))

    def wait(self, timeout=GIVE_UP):
        """Until it ends by itself; the exit status."""
        return _refuse_crash(self.process.wait(timeout))

    def kill9(self):
        self.process.kill9()

    def restart(self):
        self.stop()
        return self.start()

    def run(self, timeout=GIVE_UP):
        """Runs it to its end, for check and for what fails at once: returncode, stdout, stderr."""
        done = subprocess.run(self.argv(), capture_output=True, text=True, errors="replace",
                              timeout=timeout, env=self._env, cwd=self.folder, check=False)
        _refuse_findings(done.stderr)
        _refuse_crash(done.returncode)
        return done

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.process is not None and self.process.alive()

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if self.alive():
            self.kill9() if kind else self.stop()
        if kind:
            print(f"--- end of {self.log_file}:\n" + "\n".join(self.log.splitlines()[-40:]))
        _refuse_findings(self.log)

    # What it says

    @property
    def log(self):
        """All of stderr, of every start."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def out(self):
        """All of stdout."""
        return self.out_file.read_text(errors="replace") if self.out_file.exists() else ""

    def records(self):
        """The complete lines of sink.type=stdout, as dicts."""
        *lines, _ = self.out.split("\n")
        return [json.loads(line) for line in lines]

    def wait_log(self, pattern, timeout=GIVE_UP):
        """The match of a regular expression in what the log says since the last match, or since
        the start; fails if the process ends first."""
        return self._watch.wait(pattern, timeout, self.alive)

    def said(self, pattern):
        """Whether the log has said it since the start."""
        return re.search(pattern, self.log[self._started_at:]) is not None

    def wait_streaming(self, timeout=GIVE_UP):
        return self.wait_log(r"msg=streaming\b", timeout)

    def state(self, connector=None):
        """The newest state since the start: RUNNING, RESTARTING, FAILED …; None at first."""
        states = [state for name, state in _STATE.findall(self.log[self._started_at:])
                  if connector in (None, name.strip('"'))]
        return states[-1] if states else None

    def wait_state(self, state, connector=None, timeout=GIVE_UP):
        """Waits for a state. That it fails instead ends the wait at once."""
        def reached():
            alive = self.alive()
            now = self.state(connector)
            if now != state and (now == "FAILED" or not alive):
                raise AssertionError(f"{now}, not {state}:\n{self.process.tail()}")
            return now == state

        wait_until(reached, timeout, f"state {state}\n{self.log[-4000:]}")

    # Inside

    def argv(self):
        return [self._binary, self.command, *self.args, *self._files()]

    def _files(self):
        files = []
        if self.worker:
            files.append(self.folder / "worker.properties")
            files[0].write_text(properties(self.worker))
        for connector in self.connectors:
            config = {key: value for key, value in connector.items() if key != "name"}
            path = self.folder / f"{connector['name']}.json"
            path.write_text(json.dumps({"name": connector["name"], "config": config}, indent=1))
            files.append(path)
        return files


def properties(settings):
    """A Java properties file."""
    return "".join(f"{key}={str(value).translate(_ESCAPES)}\n" for key, value in settings.items())


_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t"})


def sanitizer_options():
    """A finding of a sanitizer build ends the process; what libraries leak at exit is no one's; and
    a test may preload a library of its own."""
    suppressions = Path(__file__).with_name("lsan.supp")
    return {
        "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1:exitcode=86:verify_asan_link_order=0",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=86",
        "LSAN_OPTIONS": f"suppressions={suppressions}:print_suppressions=0",
    }


def _refuse_crash(status):
    if -status in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE):
        raise AssertionError(f"tailrace crashed: {signal.Signals(-status).name}")
    return status


def _refuse_findings(text):
    found = _SANITIZER.search(text)
    if found:
        raise AssertionError("sanitizer: " + text[found.start():found.start() + 6000])
