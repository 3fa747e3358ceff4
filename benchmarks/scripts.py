"""What a script costs beside its own command, and its output to be read.

Run it with ``python -m benchmarks.scripts``.

In seconds of processors, which a busy machine changes little; those of the job's start are shared
by its trials.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import regex

from autotune import Script, autotune
from autotune.objective.factory import script_objective
from autotune.objective.metric_patterns import MAX_SEARCH_SECONDS
from autotune.workers import trial_context
from benchmarks.measure import in_turn, median, write

TRIALS, LINES, REPEATS = 40, 200_000, 5
METRICS = {"m": r"\bm: {number}"}
LINE = "epoch 12 step 3400 | train loss 0.1234 | some more words | lr 0.001"


def with_children(work: Callable[[], None]) -> float:
    """Return the processor seconds of a call, its processes included that have ended."""
    begun = sum(os.times()[:4])
    work()
    return sum(os.times()[:4]) - begun


def alone(work: Callable[[], None]) -> float:
    """Return the processor seconds that a call takes of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def trials() -> None:
    """Run a job of no-op trials, one at a time."""
    script = Script(["sh", "-c", "echo m: 1", "sh"], {"x": 0.5}, METRICS)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"max_trials": TRIALS, "max_parallel": 1, "strategy": "random"}
        autotune(script, ranges={"x": (0.1, 0.9)}, **settings).run(storage=folder)


def commands() -> None:
    """Run the same commands by themselves."""
    for _ in range(TRIALS):
        subprocess.run(["sh", "-c", "echo m: 1"], capture_output=True, check=True)


def flood(metrics: dict[str, str]) -> None:
    """Read lines that no pattern matches, then one that does."""
    script = Script(
        ["sh", "-c", f"yes '{LINE}' | head -n {LINES}; echo m: 1", "sh"], {"x": 0.5}, metrics
    )
    with tempfile.TemporaryDirectory() as folder, trial_context.running(0, Path(folder)):
        script_objective(script, "m")({}, lambda step, value: None, 0)


def searches(pattern: Any, **options: float) -> None:
    """Search one line again and again."""
    for _ in range(LINES):
        pattern.search(LINE, **options)


def figures() -> dict[str, Any]:
    """Return all figures, as medians."""
    many = METRICS | {f"m{i}": rf"\bm{i}: {{number}}" for i in range(9)}
    pattern = METRICS["m"].replace("{number}", "([0-9.]+)")
    got = in_turn(
        {
            "trials": partial(with_children, trials),
            "commands": partial(with_children, commands),
            "one": partial(alone, partial(flood, METRICS)),
            "ten": partial(alone, partial(flood, many)),
            "re": partial(alone, partial(searches, re.compile(pattern))),
            "regex": partial(
                alone, partial(searches, regex.compile(pattern), timeout=MAX_SEARCH_SECONDS)
            ),
        },
        REPEATS,
    )
    return {
        "ms_per_trial": median([t / TRIALS * 1e3 for t in got["trials"]]),
        "ms_per_command_by_itself": median([t / TRIALS * 1e3 for t in got["commands"]]),
        "us_per_line_one_pattern": median([t / LINES * 1e6 for t in got["one"]]),
        "us_per_line_ten_patterns": median([t / LINES * 1e6 for t in got["ten"]]),
        "us_per_search_re": median([t / LINES * 1e6 for t in got["re"]]),
        "us_per_search_regex_with_a_limit": median([t / LINES * 1e6 for t in got["regex"]]),
        "mb_of_the_reader": round(psutil.Process().memory_info().rss / 1e6),
    }


def main() -> None:
    """Write the figures."""
    write("scripts", "python -m benchmarks.scripts", figures())


if __name__ == "__main__":
    main()
