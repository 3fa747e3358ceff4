"""Worker processes that evaluate trials side by side; each can be killed at any moment and is replaced."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from autotune.errors import EngineError
from autotune.run.events import Died, Event, Report

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
LAST_WORDS = 300


@dataclass
class Worker:
    """One process, the connection to it, the file its output goes to, and the trial it works on."""

    process: subprocess.Popen[bytes]
    connection: Connection
    log: Any
    number: int | None = None
    begun: float = field(default=0.0)

    def kill(self) -> None:
        """Kill the process and all it started, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.connection.close()
        self.log.close()

    def last_words(self) -> str:
        """Return the end of what the process wrote, in one line."""
        self.log.seek(0, os.SEEK_END)
        self.log.seek(max(0, self.log.tell() - LAST_WORDS))
        return " ".join(self.log.read().decode(errors="replace").split())


class Workers:
    """Evaluates trials in ``count`` worker processes.

    Args:
        count: How many run at once.
        objective: A callable ``objective(settings, report) -> metrics`` that cloudpickle can carry.
        threads: Threads each process may use.
        env: Further environment variables.

    Raises:
        EngineError: if the objective cannot travel to another process; the message names what cannot.
    """

    def __init__(self, count: int, objective: Any, threads: int = 1, env: Mapping[str, str] | None = None) -> None:
        self.count = count
        self.metric: str = getattr(objective, "metric", "value")
        pickled = _pickled(objective)
        self._folder = tempfile.TemporaryDirectory(prefix="autotune-")
        self._file = Path(self._folder.name) / "objective.pickle"
        self._file.write_bytes(pickled)
        self._env = _environment(threads, env)
        self._workers = [self._start() for _ in range(count)]

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def running(self) -> dict[int, float]:
        """The trials that run, and when each was submitted by the monotonic clock."""
        return {w.number: w.begun for w in self._workers if w.number is not None}

    @property
    def free(self) -> int:
        """How many more trials can be submitted."""
        return sum(w.number is None for w in self._workers)

    def submit(self, number: int, settings: Mapping[str, Any]) -> None:
        """Give a trial to a free worker; one whose process is gone is replaced first."""
        index = next(i for i, w in enumerate(self._workers) if w.number is None)
        if self._workers[index].process.poll() is not None:
            self._replace(index)
        worker = self._workers[index]
        worker.number, worker.begun = number, time.monotonic()
        with contextlib.suppress(ConnectionError):  # it died this moment: wait() tells
            worker.connection.send((number, dict(settings)))

    def wait(self, timeout: float | None = None) -> list[Event]:
        """Return what the trials told, as soon as one tells something, or nothing after so many seconds."""
        busy: dict[Any, int] = {w.connection: i for i, w in enumerate(self._workers) if w.number is not None}
        return [self._receive(busy[ready]) for ready in wait(list(busy), timeout)]

    def answer(self, number: int, stop: bool) -> None:
        """Answer a trial's report: whether it is to stop."""
        worker = next(w for w in self._workers if w.number == number)
        with contextlib.suppress(ConnectionError):
            worker.connection.send(stop)

    def kill(self, number: int) -> None:
        """Kill a trial with all processes it started; its worker is replaced."""
        self._replace(next(i for i, w in enumerate(self._workers) if w.number == number))

    def close(self) -> None:
        """End all processes and remove their files."""
        for worker in self._workers:
            worker.kill()
        self._workers = []
        self._folder.cleanup()

    def _start(self) -> Worker:
        ours, theirs = socket.socketpair()
        log = tempfile.TemporaryFile(dir=self._folder.name)  # noqa: SIM115 - open as long as the process
        with theirs:
            arguments = [str(theirs.fileno()), str(os.getpid()), str(self._file)]
            process = subprocess.Popen(
                [sys.executable, "-m", "autotune.run.worker", *arguments], pass_fds=(theirs.fileno(),), env=self._env,
                start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        connection = Connection(ours.detach())
        with contextlib.suppress(ConnectionError):
            connection.send([str(p) for p in sys.path])
        return Worker(process, connection, log)

    def _replace(self, index: int) -> None:
        self._workers[index].kill()
        self._workers[index] = self._start()

    def _receive(self, index: int) -> Event:
        worker = self._workers[index]
        number = worker.number
        assert number is not None
        try:
            event: Event = worker.connection.recv()
        except (EOFError, ConnectionError):
            worker.process.wait()
            reason = f"{_how(worker.process.returncode)}{_said(worker.last_words())}"
            self._replace(index)
            return Died(number, reason)
        if not isinstance(event, Report):
            worker.number = None
        return event


def _pickled(objective: Any) -> bytes:
    import cloudpickle

    try:
        return bytes(cloudpickle.dumps(objective))
    except Exception as error:  # any object's own pickling code may run here
        culprit = next((n for n, v in _attributes(objective) if not _travels(v)), "")
        what = f"its {culprit!r} cannot" if culprit else "it cannot"
        raise EngineError(
            f"what a trial evaluates must travel to worker processes, but {what}: {type(error).__name__}: {error}.",
            "Build such objects inside the function or estimator.",
        ) from None


def _attributes(objective: Any) -> list[tuple[str, Any]]:
    """Return what an objective holds, its estimator's hyperparameters one by one."""
    held = dict(vars(objective)) if hasattr(objective, "__dict__") else {}
    estimator: Any = held.get("estimator")
    return [*(estimator.get_params().items() if hasattr(estimator, "get_params") else ()), *held.items()]


def _travels(value: Any) -> bool:
    import cloudpickle

    try:
        cloudpickle.dumps(value)
    except Exception:  # see _pickled
        return False
    return True


def _environment(threads: int, env: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment of a worker: capped threads that sleep while they wait, set before any library loads.

    Two uncapped processes on two cores ran 200 times slower than one: their OpenMP threads spin while they wait.
    """
    caps = {name: str(threads) for name in THREADS} | {"OMP_WAIT_POLICY": "PASSIVE"}
    return {"PYTHONWARNINGS": "ignore", **os.environ, **caps, **(env or {})}


def _how(code: int) -> str:
    """Return in words how a process ended."""
    if code < 0:
        name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
        return f"killed by {name}" + (", perhaps out of memory" if name == "SIGKILL" else "")
    return f"exit status {code}"


def _said(words: str) -> str:
    return f"; its last words: {words}" if words else ""
