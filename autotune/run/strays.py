"""Processes that a trial started and left behind, found by a mark in their environment; and what ends them when we die.

A process that leaves its session escapes a signal to the group, and a parent killed by the kernel ends nobody. So every
worker's environment carries the run's mark, which its children inherit, and a small process waits for the run to end.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

MARK = "AUTOTUNE_RUN"
SWEEPS, PAUSE = 50, 0.02


def end_strays(mark: str) -> int:
    """Kill every process whose environment carries the mark, but this one; return how many there were.

    Repeated until none is left, as one may start another meanwhile.
    """
    import psutil

    ended: set[int] = set()
    for _ in range(SWEEPS):
        found = [p for p in psutil.process_iter() if p.pid != os.getpid() and _carries(p, mark)]
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
        if not found:
            break
        ended |= {p.pid for p in found}
        time.sleep(PAUSE)
    return len(ended)


def _carries(process: object, mark: str) -> bool:
    import psutil

    try:
        return str(process.environ().get(MARK, "")).startswith(mark)  # type: ignore[attr-defined]
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
    watch(int(sys.argv[1]), sys.argv[2], sys.argv[3])
