"""Trials that do not end by themselves, each in its own way.

They are a module of their own, which workers load.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

FOREVER = 600.0
STEP = 8_000_000
MOST_MEMORY = 3_000_000_000


def python_loop(x: float = 0.5) -> float:
    """Count."""
    until = time.monotonic() + FOREVER
    while time.monotonic() < until:
        x += 1
    return x


def sleep(x: float = 0.5) -> float:
    """Sleep, deaf to polite signals."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(FOREVER)
    return x


def c_code_with_gil(x: float = 0.5) -> float:
    """Call into C without releasing the interpreter's lock, so that no Python runs."""
    ctypes.PyDLL(None).sleep(int(FOREVER))
    return x


def forks(x: float = 0.5) -> float:
    """Start children: one of the group, one in a session of its own, one whose parent is gone."""
    for way in range(3):
        if os.fork() == 0:
            if way:
                os.setsid()
            if way == 2 and os.fork():
                os._exit(0)
            _note(str(os.getpid()))
            time.sleep(FOREVER)
    time.sleep(FOREVER)
    return x


def eats_memory(x: float = 0.5) -> float:
    """Take and touch more and more memory."""
    kept = []
    for step in range(MOST_MEMORY // STEP):
        kept.append(bytearray(b"x") * STEP)
        if step % 4 == 0:
            _note(str(len(kept) * STEP))
    time.sleep(FOREVER)
    return x


def forked_children_eat_memory(x: float = 0.5) -> float:
    """Let two children take memory, the trial itself none."""
    for _ in range(2):
        if os.fork() == 0:
            eats_memory()
    time.sleep(FOREVER)
    return x


def endless_output(x: float = 0.5) -> float:
    """Write to standard output as fast as it goes."""
    until = time.monotonic() + FOREVER
    with contextlib.suppress(BrokenPipeError):
        while time.monotonic() < until:
            sys.stdout.write("x" * 65_536)
    return x


def _note(text: str) -> None:
    """Append a line to the file that the one who watches named."""
    path = os.environ.get("STUBBORN_NOTES")
    if path:
        with Path(path).open("a") as file:
            file.write(text + "\n")


KINDS = (python_loop, sleep, c_code_with_gil, forks, eats_memory, endless_output)
