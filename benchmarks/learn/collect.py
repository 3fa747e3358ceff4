"""Runs a job of each family on each dataset and records it: python -m benchmarks.learn.collect DATA STORE [FAMILY...].

All jobs of a family try the same configurations first, so that tasks can be compared, then search on. A job that is in the
store is not run again, so the command may be stopped and repeated at any time.
"""

import random
import sys
import warnings
from pathlib import Path
from typing import Any

from autotune import Job, autotune
from autotune.domain import nearest
from autotune.errors import AutotuneError
from autotune.plan import Plan
from benchmarks.learn.data import Dataset, datasets
from benchmarks.learn.families import FAMILIES, Family

SHARED, SEARCHED = 24, 16
MOST_SECONDS, TRIAL_SECONDS = 45, 15


def shared_points(plan: Plan, every: Plan) -> list[dict[str, Any]]:
    """Return the draws that all jobs of a family share, moved into the plan's ranges; ``every`` knows no data."""
    draws = [every.space.sample(random.Random(number)) for number in range(SHARED)]
    return [plan.space.complete({n: nearest(plan.ranges[n].value, v) for n, v in d.items() if n in plan.ranges}) for d in draws]


def run(family: Family, dataset: Dataset, store: str) -> str:
    """Run one job, unless it is in the store; return a line about it."""
    name = f"{family.entry}--{dataset.name}"
    estimator = family.estimator(dataset.classes)
    if estimator is None or _is_done(name, store):
        return ""
    X, y = dataset.read(family.scaled)
    bare = autotune(estimator, X, y)
    points = shared_points(bare, autotune(family.estimator(dataset.classes)))
    starts = len(bare["initial_trials"])
    plan = autotune(
        estimator, X, y, initial_trials=points, max_trials=SHARED + starts + SEARCHED, max_parallel=1, cv=3,
        max_runtime=MOST_SECONDS, trial_timeout=TRIAL_SECONDS, completion={}, threads_per_trial=1,
        max_failures={"in_a_row": 40, "first": 5},
    )  # fmt: skip
    job = plan.run(X, y, name=name, storage=store, progress=False)
    if job.state.get("criterion") == "signal":
        sys.exit(f"{name}: stopped")
    return f"{name}: {job.status}, {len(job.trials())} trials, best {job.best_score:.4f}"


def _is_done(name: str, store: str) -> bool:
    try:
        job = Job.load(name, storage=store)
    except AutotuneError:
        return False
    if job.status in ("running", "completed"):
        return True
    job.delete()
    return False


def main(data: str, store: str, *names: str) -> None:
    warnings.simplefilter("ignore")
    for family in [FAMILIES[n] for n in names] or list(FAMILIES.values()):
        for dataset in datasets(Path(data)):
            try:
                line = run(family, dataset, store)
            except AutotuneError as error:
                line = f"{family.entry}--{dataset.name}: {error}"
            if line:
                print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
