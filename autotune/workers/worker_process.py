"""One worker process of a pool: its connection, its output, its environment, and its end."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from autotune.workers import child_processes
from autotune.workers.output import Output

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
PATIENCE = 2.0


@dataclass
class Worker:
    """One process, the connection to it, its output, and the trial it works on."""

    name: str
    process: subprocess.Popen[bytes]
    connection: Connection
    output: Output
    number: int | None = None
    started_at: float = field(default=0.0)

    def kill(self, mark: str, trials: Path, *, thorough: bool = True) -> None:
        """Kill the process and all it started, and wait until it is gone; its output is kept."""
        family = child_processes.descendants(self.process.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        child_processes.end(family)
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # stuck in the kernel, on a dead disk for example
            self.process.wait(PATIENCE)
        if thorough:
            child_processes.end_strays(f"{mark}:{self.name}")
        self.connection.close()
        if self.number is not None:
            self.output.move_to(trials / str(self.number))
        self.output.close()


def environment(threads: int, env: Mapping[str, str] | None) -> dict[str, str]:
    """Return the environment of a worker, with capped threads that sleep while they wait.

    Two uncapped processes on two cores ran 200 times slower than one: their OpenMP threads spin
    while they wait.
    """
    caps = {name: str(threads) for name in THREADS} | {"OMP_WAIT_POLICY": "PASSIVE"}
    return {"PYTHONWARNINGS": "ignore", **os.environ, **caps, **(env or {})}


def how_ended(code: int) -> str:
    """Return in words how a process ended."""
    if code < 0:
        return f"killed by {child_processes.signal_name(-code)}"
    return f"exit status {code}"


def last_words_text(words: str) -> str:
    """Return the last words of a process as the end of a sentence."""
    return f"; its last words: {words}" if words else ""
