"""Runs a job of each family on each dataset and records it.

Run it with ``python -m benchmarks.learn.collect DATA STORE [FAMILY...]``.

All jobs of a family try the same configurations first, so that tasks can be compared, then search
on. A job that is in the store with enough trials is not run again, so the command may be stopped
and repeated at any time, and with fewer rows and more seconds for a slow family.
"""

import argparse
import random
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autotune import Job, autotune
from autotune.errors import AutotuneError
from autotune.plan.spec import PlanSpec
from autotune.space.adjust import nearest
from benchmarks.learn.data import Dataset, datasets
from benchmarks.learn.families import FAMILIES, Family

SHARED, SEARCHED = 24, 16
MOST_SECONDS, TRIAL_SECONDS = 45.0, 15.0


@dataclass(frozen=True)
class Limits:
    """How much is spent on a job.

    It holds the seconds of a job and of a trial, the rows taken (by default by the dataset's
    name), and the number of finished trials that are enough.
    """

    seconds: float = MOST_SECONDS
    trial: float = TRIAL_SECONDS
    rows: int | None = None
    enough: int = 0


def shared_points(plan: PlanSpec, every: PlanSpec) -> list[dict[str, Any]]:
    """Return the draws that all jobs of a family share, moved into the plan's ranges.

    ``every`` knows no data.
    """
    draws = [every.space.sample(random.Random(number)) for number in range(SHARED)]
    return [
        plan.space.complete(
            {n: nearest(plan.ranges[n].value, v) for n, v in d.items() if n in plan.ranges}
        )
        for d in draws
    ]


def run(family: Family, dataset: Dataset, store: str, limits: Limits) -> str:
    """Run one job, unless it is in the store; return a line about it."""
    name = f"{family.entry}--{dataset.name}"
    estimator = family.estimator(dataset.classes)
    if estimator is None or _is_done(name, store, limits.enough):
        return ""
    X, y = dataset.read(family.scaled, limits.rows)
    bare = autotune(estimator, X, y)
    points = shared_points(bare, autotune(family.estimator(dataset.classes)))
    starts = len(bare["initial_trials"])
    plan = autotune(
        estimator,
        X,
        y,
        initial_trials=points,
        max_trials=SHARED + starts + SEARCHED,
        max_parallel=1,
        cv=3,
        max_runtime=limits.seconds,
        trial_timeout=limits.trial,
        completion={},
        threads_per_trial=1,
        max_failures={"in_a_row": 40, "first": 5},
    )
    job = plan.run(X, y, name=name, storage=store, progress=False)
    if job.state.get("criterion") == "signal":
        sys.exit(f"{name}: stopped")
    return f"{name}: {job.status}, {len(job.trials())} trials, best {job.best_score:.4f}"


def _is_done(name: str, store: str, enough: int) -> bool:
    try:
        job = Job.load(name, storage=store)
    except AutotuneError:
        return False
    finished = sum(t.status == "finished" for t in job.all_trials())
    if job.status == "running" or (job.status == "completed" and finished >= enough):
        return True
    job.delete()
    return False


def main() -> None:
    made = argparse.ArgumentParser(prog="python -m benchmarks.learn.collect", description=__doc__)
    made.add_argument("data", type=Path)
    made.add_argument("store")
    made.add_argument("families", nargs="*", help=f"of {', '.join(FAMILIES)}")
    made.add_argument("--seconds", type=float, default=MOST_SECONDS, help="of a job")
    made.add_argument("--trial-seconds", type=float, default=TRIAL_SECONDS, help="of a trial")
    made.add_argument(
        "--rows", type=int, help="taken of each dataset; by default 600, 1200 or 2000, by its name"
    )
    made.add_argument(
        "--enough", type=int, default=0, help="a job with fewer finished trials is run anew"
    )
    given = made.parse_args()
    limits = Limits(given.seconds, given.trial_seconds, given.rows, given.enough)
    warnings.simplefilter("ignore")
    for family in [FAMILIES[n] for n in given.families] or list(FAMILIES.values()):
        for dataset in datasets(given.data):
            try:
                line = run(family, dataset, store=given.store, limits=limits)
            except AutotuneError as error:
                line = f"{family.entry}--{dataset.name}: {error}"
            if line:
                print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
