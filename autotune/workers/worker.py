"""A worker process: loads the objective once, then evaluates configurations until told to end."""

import os
import random
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from autotune.workers import child_processes, trial_context
from autotune.workers.events import Died, Done, Failed, Pruned, Report
from autotune.workers.observations import Observer, count_warnings
from autotune.workers.output import flush_streams, prepare_streams
from autotune.workers.pickling import read_objective
from autotune.workers.trial_context import Killed, Stopped

MAX_TRACE_LENGTH = 4000
NATIVE_FRAMES = "\nStack trace:"  # of C++ code, after what XGBoost and others say in their errors

Params = Mapping[str, object]
ReportValue = Callable[[int, float], None]
Evaluate = Callable[[Params, ReportValue, int], Mapping[str, float]]
"""What evaluates a trial: its hyperparameters, what takes a step and a value, and its seed."""


def main(descriptor: int, parent: int, objective_file: str) -> None:
    """Serve trials over the connection until the parent closes it or dies."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    prepare_streams()
    count_warnings()
    warnings.showwarning = trial_context.show_warning
    connection, pid = Connection(descriptor), os.getpid()
    try:
        sys.path[:], folder = connection.recv()
        evaluate = _load(objective_file)
        while True:
            number, params, seed = connection.recv()
            with trial_context.running(number, Path(folder) / str(number)) as observer:
                event = _run(evaluate, (number, params, seed), connection)
            if (
                os.getpid() != pid
            ):  # a trial forked, and its child came back here: the trial is its parent's
                os._exit(0)
            flush_streams()
            connection.send(_observed(event, observer))
    except (EOFError, ConnectionError):
        return


def _die_with(parent: int) -> None:
    """End this process with its parent: by the kernel, else by the closed connection."""
    child_processes.die_with_parent()
    if os.getppid() != parent:
        os._exit(1)


def _load(path: str) -> Evaluate:
    """Return the objective, or one that raises why it cannot be loaded, so that trials tell it."""
    import pickle

    try:
        with Path(path).open("rb") as file:
            pickle.load(file)  # the module path, which came from the parent already
            return cast(Evaluate, read_objective(file))
    except Exception as error:  # unpickling runs any module's code
        reason = (
            f"the objective cannot be loaded in a worker process: {type(error).__name__}: {error}"
        )

        def broken(params: object, report: object, seed: int) -> Mapping[str, float]:
            raise RuntimeError(reason)

        return broken


def _run(
    evaluate: Evaluate, trial: tuple[int, Params, int], connection: Connection
) -> Done | Pruned | Failed | Died:
    number, params, seed = trial
    started_at = time.perf_counter()

    def report(step: int, value: float) -> None:
        connection.send(Report(number, step, float(value)))
        if connection.recv():
            raise Stopped

    try:
        _seed(seed)
        metrics = evaluate(params, report, seed)
    except Stopped:
        return Pruned(number, time.perf_counter() - started_at)
    except Killed as error:
        return Died(number, _printable(str(error)))
    except MemoryError as error:
        return Failed(number, _one_line(error), "", time.perf_counter() - started_at, memory=True)
    except BaseException as error:  # a trial may raise anything, SystemExit too; the worker goes on
        return Failed(number, _one_line(error), _in_full(error), time.perf_counter() - started_at)
    return Done(number, metrics, time.perf_counter() - started_at, _peak())


def _observed(
    event: Done | Pruned | Failed | Died, observer: Observer
) -> Done | Pruned | Failed | Died:
    """Return a trial's last event with what the trial showed."""
    return (
        event if isinstance(event, Died) else replace(event, observations=observer.observations())
    )


def _peak() -> int | None:
    """Return the most memory that this process or a child has used, in bytes, if known.

    Of itself not by ``getrusage``, whose figure a process begins with that its parent had reached.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    peak = next(
        (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), None
    )
    import resource  # Windows lacks it

    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return None if peak is None else max(int(peak), children) * 1024


def _seed(seed: int) -> None:
    """Seed the generators that trials draw from implicitly: Python's, and NumPy's if loaded."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)


def _one_line(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # an error whose own text raises
        text = "(its message cannot be read)"
    message = _printable(text.partition(NATIVE_FRAMES)[0])
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _in_full(error: BaseException) -> str:
    """Return an error with its traceback, from the first frame outside autotune; else its notes."""
    frames = error.__traceback__ and error.__traceback__.tb_next  # without the frame that caught it
    while frames is not None and str(frames.tb_frame.f_globals.get("__name__")).startswith(
        "autotune."
    ):
        frames = frames.tb_next
    notes = "\n".join(map(str, getattr(error, "__notes__", [])))
    text = (
        notes
        if frames is None
        else "".join(traceback.format_exception(error.with_traceback(frames)))
    )
    return text[-MAX_TRACE_LENGTH:].encode(errors="replace").decode()


def _printable(text: str) -> str:
    # What a trial says reaches files and terminals: no control characters, no halves of characters.
    return "".join(
        character if character.isprintable() else "?" for character in " ".join(text.split())[:500]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
