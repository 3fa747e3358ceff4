"""Processes that a trial leaves behind, found by a mark in their environment, and their end.

A process that leaves its session escapes a signal to the group, and a parent killed by the kernel
ends nobody. So every worker's environment carries the run's mark, which its children inherit, and a
small process waits for the run to end. One that has cleared its environment, too, is still a
descendant of the process that adopts orphans.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

MARK = "AUTOTUNE_RUN"
SWEEPS, PAUSE = 50, 0.02
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def signal_name(number: int) -> str:
    """Return the name of a signal that ended a process, and what it may mean."""
    name = signal.Signals(number).name if number in signal.valid_signals() else str(number)
    return name + (", perhaps out of memory" if name == "SIGKILL" else "")


def die_with_parent() -> None:
    """Ask the kernel to end this process with its parent, where it offers that."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Ask the kernel to make this process the parent of orphans of its descendants, if it can."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int | None = None) -> "list[psutil.Process]":
    """Return all descendants of a process, by default of this one."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def end_descendants(spared: "Collection[psutil.Process]" = ()) -> None:
    """Kill every descendant of this process that is not spared.

    Repeated, as one may start another meanwhile.
    """
    import psutil

    for _ in range(SWEEPS):
        remaining = [process for process in descendants() if process not in spared]
        if not remaining:
            return
        end(remaining)
        psutil.wait_procs(remaining, PAUSE)


def end_strays(mark: str) -> int:
    """Kill every other process whose environment carries the mark; return how many there were.

    Repeated until none is left, as one may start another meanwhile.
    """
    import psutil

    ended_pids: set[int] = set()
    for _ in range(SWEEPS):
        strays = [
            process
            for process in psutil.process_iter()
            if process.pid != os.getpid() and _carries(process, mark)
        ]
        if not strays:
            break
        end(strays)
        ended_pids |= {process.pid for process in strays}
        time.sleep(PAUSE)
    return len(ended_pids)


def end(processes: "Collection[psutil.Process]") -> None:
    """Kill processes; one that is gone meanwhile is left alone."""
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGKILL)


def _carries(process: "psutil.Process", mark: str) -> bool:
    import psutil

    try:
        return str(process.environ().get(MARK, "")).startswith(mark)
    except (psutil.Error, OSError):  # gone meanwhile, or another user's
        return False


def watch(descriptor: int, mark: str, folder: str) -> None:
    """Wait until the run closes its end of the pipe; end its strays unless it says ``done``.

    Its temporary files are removed then, too.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with open(descriptor, "rb") as pipe:
        if pipe.read():
            return
    end_strays(mark)
    if Path(folder).name.startswith("autotune-"):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if (
        os.fork()
    ):  # who kills a process and its children, as Ray does, must not end what cleans up after it
        os._exit(0)
    watch(int(sys.argv[1]), sys.argv[2], sys.argv[3])
