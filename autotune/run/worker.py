"""A worker process: loads the objective once, then evaluates one configuration after another until its parent is gone."""

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autotune.objective import Stopped
from autotune.run.events import Done, Failed, Pruned, Report

PR_SET_PDEATHSIG = 1


def main(descriptor: int, parent: int, objective_file: str) -> None:
    """Serve trials over the connection until the parent closes it or dies."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    connection = Connection(descriptor)
    try:
        sys.path[:] = connection.recv()
        evaluate = _load(objective_file)
        while True:
            number, settings = connection.recv()
            connection.send(_run(evaluate, number, settings, connection))
    except (EOFError, ConnectionError):
        return


def _die_with(parent: int) -> None:
    """Ask the kernel to end this process with its parent; where it cannot, the closed connection does, between trials."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _load(path: str) -> Any:
    """Return the objective, or one that raises why it cannot be loaded, so that trials tell it."""
    import pickle

    try:
        return pickle.loads(Path(path).read_bytes())
    except Exception as error:  # unpickling runs any module's code
        reason = f"the objective cannot be loaded in a worker process: {type(error).__name__}: {error}"

        def broken(settings: Any, report: Any) -> Any:
            raise RuntimeError(reason)

        return broken


def _run(evaluate: Any, number: int, settings: Any, connection: Connection) -> Done | Pruned | Failed:
    begun = time.perf_counter()

    def report(step: int, value: float) -> None:
        connection.send(Report(number, step, float(value)))
        if connection.recv():
            raise Stopped

    try:
        metrics = evaluate(settings, report)
    except Stopped:
        return Pruned(number, time.perf_counter() - begun)
    except BaseException as error:  # a trial may raise anything, SystemExit too; the worker goes on
        trace = "".join(traceback.format_exception(error))
        return Failed(number, _one_line(error), trace, time.perf_counter() - begun)
    return Done(number, metrics, time.perf_counter() - begun)


def _one_line(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:  # an error whose own text raises
        text = "(its message cannot be read)"
    return f"{type(error).__name__}: {text[:500]}" if text else type(error).__name__


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
