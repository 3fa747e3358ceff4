"""A job's winner and the user's own configuration, each evaluated again a few times."""

import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from autotune.errors import SettingError, StoreError
from autotune.objective.factory import make_objective
from autotune.record.creation import CONFIRMATION
from autotune.record.job import JobRecord
from autotune.record.status import JobStatus
from autotune.record.trial import Trial
from autotune.record.verdict import own_trial
from autotune.space.scale import is_number
from autotune.workers.events import Done, Report
from autotune.workers.pickling import pickled
from autotune.workers.pool import WorkerPool
from autotune.workers.seeds import trial_seed

FEWEST, MOST = 2, 50  # evaluations of each
FIRST_SEED = 1_000_000  # beyond the numbers of trials, so that no trial had these seeds
Pair = tuple[int, int]
"""The number of a pair of evaluations, and which of the two: 0 is the user's own."""


def confirm(job: JobRecord, data: Mapping[str, object], objective: object, times: int) -> None:
    """Evaluate both configurations again, and write the values to the record; see `Job.confirm`."""
    if not is_number(times) or times != int(times) or not FEWEST <= times <= MOST:
        raise SettingError(f"times must be a whole number {FEWEST}..{MOST}, got {times!r}.")
    plan = job.plan
    if job.status is JobStatus.RUNNING:
        raise StoreError(f"job {job.name!r} must have ended to be confirmed.", "Wait for its end.")
    if hasattr(plan.target, "get_params") and objective is None:
        raise StoreError(
            f"job {job.name!r} must tune a function or a script to be confirmed: an estimator has"
            " its folds.",
            "For other folds: cross_validate(job.best.apply(estimator), X, y,"
            " cv=RepeatedKFold(random_state=1)).",
        )
    top, own = job.top(1), own_trial(plan, job.all_trials())
    if not top or own is None:
        raise StoreError(f"job {job.name!r} must have measured your own configuration.")
    if top[0].number == own.number:
        return
    started_at = time.monotonic()
    evaluate = make_objective(plan, data, objective)
    values = _values(job, evaluate, (own, top[0]), int(times))
    pairs = [
        [values[number, 0], values[number, 1]]
        for number in range(int(times))
        if (number, 0) in values and (number, 1) in values
    ]
    seconds = round(time.monotonic() - started_at, 3)
    noted = {"own": own.number, "winner": top[0].number, "pairs": pairs, "seconds": seconds}
    job.study.set_user_attr(CONFIRMATION, noted)


def _values(
    job: JobRecord, evaluate: Any, both: tuple[Trial, Trial], times: int
) -> dict[Pair, float]:
    """Return the values by pair and configuration; the two of a pair have the same seed.

    What is not done after as long as the job may take is left out.
    """
    plan = job.plan
    queue = deque((number, which) for number in range(times) for which in (0, 1))
    running: dict[int, Pair] = {}
    values: dict[Pair, float] = {}
    until = time.monotonic() + float(plan["max_runtime"])
    with WorkerPool(
        min(plan["max_parallel"], len(queue)),
        pickled(evaluate, plan),
        threads=plan["threads_per_trial"],
        memory=plan["memory_limit"],
    ) as workers:
        while (queue or running) and time.monotonic() < until:
            while queue and workers.free:
                pair = queue.popleft()
                number = FIRST_SEED + 2 * pair[0] + pair[1]
                running[number] = pair
                seed = trial_seed(plan["seed"], FIRST_SEED + pair[0])
                workers.submit(number, both[pair[1]].params, seed)
            for event in workers.wait(max(0.0, min(1.0, until - time.monotonic()))):
                if isinstance(event, Report):
                    workers.answer(event.number, stop=False)
                    continue
                pair = running.pop(event.number)
                if isinstance(event, Done):
                    values[pair] = float(event.metrics[plan.metric_name])
    return values
