"""Measuring: whole processes by the operating system's own accounting, in turn with a peer.

Results are medians and ratios.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def process(code: str) -> tuple[float, float]:
    """Run Python code in a process of its own; return its CPU seconds and its peak memory in MB."""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(f"exit status {status} from: {code}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def wall(work: Callable[[], Any]) -> float:
    """Return the wall seconds a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turn(works: dict[str, Callable[[], Any]], repeats: int) -> dict[str, list[Any]]:
    """Call each in turn, and return what each gave, per repeat.

    In turn, so that a slow minute of the machine touches all.
    """
    got: dict[str, list[Any]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            got[name].append(work())
    return got


def median(values: list[float]) -> float:
    """Return the median, to four digits that matter."""
    return float(f"{statistics.median(values):.4g}")


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios, pair by pair."""
    return median([a / b for a, b in zip(ours, theirs, strict=True)])


@cache
def commit() -> str:
    """Return the commit of these files, with a + where they differ from it."""
    words = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(
        words, cwd=RESULTS.parent, capture_output=True, text=True, check=False
    ).stdout.strip()


def stamped(command: str, figures: Any) -> dict[str, Any]:
    """Return figures with the commit, versions and command they came from."""
    versions = {d: version(d) for d in ("optuna", "scikit-learn", "pydantic", "numpy")} | {
        "python": platform.python_version()
    }
    return {
        "command": command,
        "commit": commit(),
        "versions": versions,
        "cores": os.cpu_count(),
        "figures": figures,
    }


def write(name: str, command: str, figures: Any) -> None:
    """Write figures with the commit, versions and command they came from."""
    RESULTS.mkdir(exist_ok=True)
    data = stamped(command, figures)
    (RESULTS / f"{name}.json").write_text(json.dumps(data, indent=2) + "\n")
    print(json.dumps(data["figures"], indent=2))
