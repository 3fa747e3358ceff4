"""Worker processes that evaluate trials side by side; each can be killed and is replaced."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from autotune.errors import EngineError
from autotune.workers import child_processes
from autotune.workers.code_pickling import dumps
from autotune.workers.events import Died, Event, Report
from autotune.workers.memory import exceeds
from autotune.workers.output import Output
from autotune.workers.pickling import Parts, write_file
from autotune.workers.worker_process import Worker, environment, how_ended, last_words_text


class WorkerPool:
    """Evaluates trials in ``count`` worker processes.

    Args:
        count: How many run at once.
        objective: What `pickled` gave of a callable ``objective(params, report, seed) ->
            metrics``, a file with it, or what returns one given the folder that is removed in the
            end.
        threads: Threads each process may use.
        memory: Bytes that each trial may use.
        env: Further environment variables.
        trials: The folder in which each trial has its own; one that ends with the workers where
            left out.
    """

    def __init__(
        self,
        count: int,
        objective: Path | Parts | Callable[[Path], Path],
        threads: int = 1,
        *,
        memory: int | None = None,
        env: Mapping[str, str] | None = None,
        trials: Path | None = None,
    ) -> None:
        self.count = count
        self._mark = uuid.uuid4().hex
        self._folder = tempfile.TemporaryDirectory(prefix="autotune-")
        self._memory = memory
        self._trials = (trials or Path(self._folder.name) / "trials").absolute()
        self._pipe = self._watched()
        self._file = _file(objective, Path(self._folder.name))
        self._env = environment(threads, env)
        self._started = 0
        self._workers = [self._start() for _ in range(count)]

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def running(self) -> dict[int, float]:
        """The trials that run, and when each was submitted by the monotonic clock."""
        return {
            worker.number: worker.started_at
            for worker in self._workers
            if worker.number is not None
        }

    @property
    def free(self) -> int:
        """How many more trials can be submitted."""
        return sum(worker.number is None for worker in self._workers)

    def submit(self, number: int, params: Mapping[str, object], seed: int) -> None:
        """Give a trial to a free worker; one whose process is gone is replaced first."""
        # Before its watcher has left the family, who kills this process and its children (Ray does)
        # would also end what cleans up. It starts while the workers do, so this waits for nothing.
        self._watcher.wait()
        index = next(i for i, worker in enumerate(self._workers) if worker.number is None)
        if self._workers[index].process.poll() is not None:
            self._replace(index)
        worker = self._workers[index]
        worker.number, worker.started_at = number, time.monotonic()
        with contextlib.suppress(ConnectionError):  # it died this moment: wait() tells
            worker.connection.send_bytes(dumps((number, dict(params), seed)))

    def wait(self, timeout: float | None = None) -> list[Event]:
        """Return the events of trials as soon as there is one; none after ``timeout`` seconds."""
        for worker in self._workers:
            worker.output.trim()
        busy: dict[Any, int] = {
            worker.connection: i
            for i, worker in enumerate(self._workers)
            if worker.number is not None
        }
        return [self._receive(busy[ready]) for ready in wait(list(busy), timeout)]

    def answer(self, number: int, stop: bool) -> None:
        """Answer a trial's report: whether it is to stop."""
        worker = next(worker for worker in self._workers if worker.number == number)
        with contextlib.suppress(ConnectionError):
            worker.connection.send(stop)

    @property
    def descriptors(self) -> list[int]:
        """What becomes readable when a trial tells something, for an event loop to wait for."""
        return [worker.connection.fileno() for worker in self._workers if worker.number is not None]

    def over(self) -> set[int]:
        """Return the trials that use more memory than they may, with the processes they started."""
        limit = self._memory
        return {
            worker.number
            for worker in self._workers
            if limit and worker.number is not None and exceeds(worker.process.pid, limit)
        }

    def kill(self, number: int) -> None:
        """Kill a trial with all processes it started; its worker is replaced."""
        self._replace(next(i for i, worker in enumerate(self._workers) if worker.number == number))

    def close(self) -> None:
        """End all processes and remove their files."""
        for worker in self._workers:
            worker.kill(self._mark, self._trials, thorough=False)
        if self._workers:
            child_processes.end_strays(self._mark)
        self._workers = []
        self._folder.cleanup()
        with contextlib.suppress(OSError):
            os.write(self._pipe, b"done")
        os.close(self._pipe)
        self._watcher.wait()

    def _watched(self) -> int:
        """Start the process that cleans up after this one; return the pipe whose end wakes it."""
        read_end, write_end = os.pipe()
        self._watcher = subprocess.Popen(
            [
                sys.executable,
                "-P",
                child_processes.__file__,
                str(read_end),
                self._mark,
                self._folder.name,
            ],
            pass_fds=(read_end,),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_end)
        return write_end

    def _start(self) -> Worker:
        self._started += 1
        name = f"{self._started}:"
        Path(self._folder.name).mkdir(
            mode=0o700, exist_ok=True
        )  # a cleaner of temporary files may have removed it
        parent_socket, child_socket = socket.socketpair()
        output = Output(Path(self._folder.name))
        with child_socket:
            arguments = [str(child_socket.fileno()), str(os.getpid()), str(self._file)]
            process = subprocess.Popen(
                [sys.executable, "-m", "autotune.workers.worker", *arguments],
                pass_fds=(child_socket.fileno(),),
                env={**self._env, child_processes.MARK: f"{self._mark}:{name}"},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output.file,
                stderr=output.file,
            )
        connection = Connection(parent_socket.detach())
        with contextlib.suppress(ConnectionError):
            connection.send(([str(entry) for entry in sys.path], str(self._trials)))
        return Worker(name, process, connection, output)

    def _replace(self, index: int) -> None:
        self._workers[index].kill(self._mark, self._trials)
        self._workers[index] = self._start()

    def _receive(self, index: int) -> Event:
        worker = self._workers[index]
        number = worker.number
        assert number is not None
        try:
            event: Event = worker.connection.recv()
        except (EOFError, ConnectionError):
            return self._died(index, number)
        except Exception as error:  # the trial wrote into the connection what is no event
            worker.process.kill()
            return self._died(
                index, number, f"it sent what cannot be read ({type(error).__name__}), "
            )
        if not isinstance(event, Report):
            worker.output.move_to(self._trials / str(number))
            worker.number = None
        return event

    def _died(self, index: int, number: int, why: str = "") -> Died:
        worker = self._workers[index]
        worker.process.wait()
        words = last_words_text(worker.output.last_words())
        reason = f"{why}{how_ended(worker.process.returncode)}{words}"
        self._replace(index)
        return Died(number, reason)


@contextlib.contextmanager
def here(address: str | None) -> Iterator[type[WorkerPool]]:
    """Run trials on this machine: what an adapter's ``place`` returns whose engine knows no other.

    Raises:
        EngineError: if an address is given.
    """
    if address not in (None, "local"):
        raise EngineError(
            f"address must be left out where trials run on this machine, got {address!r}.",
            "Choose an engine for clusters.",
        )
    yield WorkerPool


def _file(objective: Path | Parts | Callable[[Path], Path], folder: Path) -> Path:
    if isinstance(objective, list):
        write_file(objective, folder / "objective")
        return folder / "objective"
    return objective if isinstance(objective, Path) else objective(folder)
