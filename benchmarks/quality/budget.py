"""The default number of trials against 20 for each hyperparameter.

Run it with ``python -m benchmarks.quality.budget OUT ...``.

The first trials of a long search are those of a short one with the same seed, so one run of 20 x
hyperparameters tells what the default number would have ended with. autotune knows nothing there
that was measured on the task. OUT is a folder of rows that a second run goes on with; the figures
go to ``benchmarks/results``.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autotune import autotune
from benchmarks.measure import write
from benchmarks.quality.__main__ import chosen
from benchmarks.quality.curves import padded
from benchmarks.quality.problems import Problem, problems
from benchmarks.quality.rows import read
from benchmarks.quality.running import run
from benchmarks.quality.stats import interval

RULE = 20  # Azure Machine Learning's HyperDrive: trials for each hyperparameter
NEAR = 0.01  # of the gain over the first trial: what the target allows to lose
COUNTS = (10, 15, 20, 25, 30, 40, 50, 60, 80, 100)


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.quality.budget", description=__doc__)
    made.add_argument("out", type=Path)
    made.add_argument("--surrogates", type=Path)
    made.add_argument("--data", type=Path)
    made.add_argument("--families", required=True)
    made.add_argument("--tasks", default="")
    made.add_argument("--sample", type=int)
    made.add_argument("--rows", type=int)
    made.add_argument("--minutes", type=float, default=math.inf)
    return made


def counts(family: str) -> tuple[int, int]:
    """Return the default number of trials of a family, and HyperDrive's."""
    plan = autotune(family)
    return plan["max_trials"], RULE * len(plan.ranges)


def figures(rows: pd.DataFrame) -> dict[str, Any]:
    """Return by family what is lost with the default number of trials, and with others."""
    return {name: _figure(name.split()[1], of) for name, of in _by_family(rows)}


def _by_family(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(f"{kind} {family}", of) for (kind, family), of in rows.groupby(["kind", "family"])]


def _figure(family: str, of: pd.DataFrame) -> dict[str, Any]:
    default, whole = counts(family)
    of = of[of["trials"] == whole]
    curves = [padded(best, whole) for best in of["best"]]
    lost = {n: [share_lost(c, n) for c in curves] for n in sorted({*COUNTS, default}) if n < whole}
    low, high = interval(lost[default], list(of["group"]))
    score = {
        n: np.median([abs(c[-1] - c[n - 1]) / abs(c[-1]) for c in curves if c[-1]]) for n in lost
    }
    return {
        "tasks": len(curves),
        "default": default,
        "rule": whole,
        "lost": {n: round(float(np.mean(v)), 4) for n, v in lost.items()},
        "interval": [round(low, 4), round(high, 4)],
        "of_the_score": {n: round(float(v), 4) for n, v in score.items()},
        "within_1_percent": round(float(np.mean([v <= NEAR for v in lost[default]])), 2),
    }


def share_lost(curve: Sequence[float], count: int) -> float:
    """Return the share of a search's gain over its first trial that comes after so many trials."""
    known = [v for v in curve if np.isfinite(v)]
    gain = curve[-1] - known[0]
    return float((curve[-1] - max(curve[count - 1], known[0])) / gain) if gain > 0 else 0.0


def main(arguments: list[str] | None = None) -> None:
    """Add the rows that are not there, and write the figures of all."""
    given = parser().parse_args(arguments)
    for family in given.families.split(","):
        every = problems(given.surrogates, given.data, [family], given.rows)
        listed: list[Problem] = chosen(
            every, tuple(t for t in given.tasks.split(",") if t), given.sample
        )
        run(
            listed,
            None,
            given.out,
            seeds=1,
            trials=counts(family)[1],
            minutes=given.minutes,
            only=lambda family: ("autotune",),
            say=lambda line: print(line, file=sys.stderr, flush=True),
        )
    write("budget", "python -m benchmarks.quality.budget OUT ...", figures(read(given.out)))


if __name__ == "__main__":
    main()
