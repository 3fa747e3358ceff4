"""Processes that a trial started and left behind, found by a mark in their environment; and what ends them when we die.

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
    """Ask the kernel to make this process the parent of those that its descendants leave behind, where it offers that."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int | None = None) -> "list[psutil.Process]":
    """Return the processes that a process, by default this one, started, and those that these started."""
    import psutil

    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def end_descendants(spared: "Collection[psutil.Process]" = ()) -> None:
    """Kill every descendant of this process, but those that are spared; repeated, as one may start another meanwhile."""
    import psutil

    for _ in range(SWEEPS):
        left = [p for p in descendants() if p not in spared]
        if not left:
            return
        end(left)
        psutil.wait_procs(left, PAUSE)


def end_strays(mark: str) -> int:
    """Kill every process whose environment carries the mark, but this one; return how many there were.

    Repeated until none is left, as one may start another meanwhile.
    """
    import psutil

    ended: set[int] = set()
    for _ in range(SWEEPS):
        found = [p for p in psutil.process_iter() if p.pid != os.getpid() and _carries(p, mark)]
        if not found:
            break
        end(found)
        ended |= {p.pid for p in found}
        time.sleep(PAUSE)
    return len(ended)


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
    """Wait until the run closes its end of the pipe; unless it said that all is done, end its strays and remove its files."""
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
