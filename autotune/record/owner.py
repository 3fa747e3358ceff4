"""The process that works on a job, and whether it lives: host, boot, process, start time."""

import os
import socket
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

Owner = Mapping[str, Any]
"""A process by host, boot, pid and start, as JSON."""


@lru_cache(maxsize=1)
def _boot() -> str:
    """Return what tells this start of the machine from others, where the system says it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; empty where it has ended.

    A reused process number has another start.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except (OSError, IndexError):
        return ""


def this_process() -> dict[str, Any]:
    """Return the owner that this process is."""
    return {
        "host": socket.gethostname(),
        "boot": _boot(),
        "pid": os.getpid(),
        "started": _started(os.getpid()),
    }


def on_this_machine(owner: Owner) -> bool:
    """Return whether the owner ran on this machine, before its last start or after."""
    return bool(owner.get("host") == socket.gethostname())


def is_alive(owner: Owner) -> bool:
    """Return whether the process of an owner on this machine lives."""
    if owner.get("boot") != _boot():
        return False
    pid = int(owner["pid"])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _started(pid) == owner.get("started")
