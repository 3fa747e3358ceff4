"""By how much the caps are overrun, worst of many runs, by trials that do not end by themselves."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import psutil

from autotune import FailedJobError, Float, Job, Plan, autotune
from benchmarks.measure import median, write
from benchmarks.stubborn import KINDS, eats_memory, forked_children_eat_memory

LIMIT = 1.0
MEMORY = 300_000_000
RANGES = {"x": Float(0, 1)}


def _ended(plan: Plan, folder: str) -> Job:
    """Run a job and return it, also where no trial finished."""
    try:
        return plan.run(storage=folder, name="job", progress=False)
    except FailedJobError as error:
        return cast(Job, error.job)


def overrun(kind: Callable[..., float], cap: str) -> float:
    """Return the seconds from the cap to the return of `run`, starts and records included."""
    caps = {
        "max_runtime": {"max_runtime": LIMIT},
        "trial_timeout": {"trial_timeout": LIMIT, "max_trials": 1},
    }[cap]
    plan = autotune(kind, ranges=RANGES, max_parallel=1, **caps)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        job = _ended(plan, folder)
        seconds = time.monotonic() - begun
        expected = {"max_runtime": "interrupted", "trial_timeout": "timed out"}[cap]
        statuses = [t.status for t in Job.load("job", folder).all_trials()]
        assert statuses == [expected], (statuses, job)
    return seconds - LIMIT


def memory_overrun(kind: Callable[..., float]) -> float:
    """Return how many MB beyond the limit the trial had taken when it was killed."""
    plan = autotune(
        kind, ranges=RANGES, max_parallel=1, max_trials=1, memory_limit=MEMORY, max_runtime=60
    )
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "notes")
        os.environ["STUBBORN_NOTES"] = str(notes)
        job = _ended(plan, folder)
        del os.environ["STUBBORN_NOTES"]
        assert [t.status for t in job.all_trials()] == ["out of memory"], job
        taken = max(map(int, notes.read_text().split())) * (
            2 if kind is forked_children_eat_memory else 1
        )
    return (taken - MEMORY) / 1e6


def left_behind() -> int:
    """Return how many processes of ended jobs live."""
    return sum(
        "STUBBORN" in " ".join(_environ(p)) or "AUTOTUNE_RUN" in _environ(p)
        for p in psutil.process_iter()
    )


def _environ(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}


def _summary(values: list[float], unit: str) -> dict[str, Any]:
    return {
        f"worst_{unit}": round(max(values), 3),
        f"median_{unit}": median(values),
        "runs": len(values),
    }


def main(runs: int = 50) -> None:
    figures: dict[str, Any] = {"target": "a job returns within 1 s of max_runtime"}
    for cap in ("max_runtime", "trial_timeout"):
        for kind in KINDS:
            figures[f"{cap}: {kind.__name__}"] = _summary(
                [overrun(kind, cap) for _ in range(runs)], "s"
            )
            print(cap, kind.__name__, figures[f"{cap}: {kind.__name__}"], file=sys.stderr)
    for kind in (eats_memory, forked_children_eat_memory):
        figures[f"memory_limit: {kind.__name__}"] = _summary(
            [memory_overrun(kind) for _ in range(runs)], "MB"
        )
    figures["processes left behind"] = left_behind()
    write("caps", "python -m benchmarks.caps", figures)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
