"""Timing a few fits of a plan in a worker process, to predict what a job will take."""

import random
import time
from collections.abc import Mapping
from typing import Any

from autotune.errors import SettingError, TrialError
from autotune.objective.factory import make_objective
from autotune.objective.positive_class import completed
from autotune.plan.spec import PlanSpec
from autotune.run.forecast import Estimate, Probe, forecast_job
from autotune.space.scale import is_number
from autotune.workers.events import Done, Failed, Pruned, Report
from autotune.workers.pickling import pickled
from autotune.workers.pool import WorkerPool
from autotune.workers.seeds import trial_seed

# Two fits at least; where they are quick, more of them for a few seconds.
MIN_PROBES, MAX_PROBES, SPEND = 2, 8, 3.0
MAX_LIMIT_SECONDS = 1e6


def estimate(
    plan: PlanSpec, data: Mapping[str, object], objective: object, limit: float
) -> Estimate:
    """Time the user's own configuration and others, a single fold each; see `Plan.estimate`."""
    if not is_number(limit) or not 0.01 <= limit <= MAX_LIMIT_SECONDS:
        raise SettingError(
            f"limit must be a number of seconds from 0.01 to {MAX_LIMIT_SECONDS:g}, got {limit!r}."
        )
    plan = completed(plan, data, objective)
    evaluate = make_objective(plan, data, objective)
    probing, folds = evaluate.probing()
    until = time.monotonic() + limit
    started_at = time.monotonic()
    with WorkerPool(1, pickled(probing, plan), threads=plan["threads_per_trial"]) as workers:
        probes, start = _probes(plan, workers, started_at, until)
    return forecast_job(
        plan,
        [
            Probe(probe.params, probe.seconds * folds, probe.memory, probe.complete)
            for probe in probes
        ],
        start,
    )


def _probes(
    plan: PlanSpec, workers: WorkerPool, started_at: float, until: float
) -> tuple[list[Probe], float]:
    """Time each configuration; return the probes, and the seconds before the first fit.

    The first is timed twice, as a worker's first fit loads libraries.
    """
    probes: list[Probe] = []
    first = 0.0
    for number, params in enumerate(_configurations(plan)):
        probe = _time(plan, workers, number, params, until)
        if probe is None:
            break
        probes.append(probe)
        first = first or time.monotonic() - started_at
        if not probe.complete or (
            len(probes) >= MIN_PROBES and time.monotonic() - started_at - first > SPEND
        ):
            break
    again = _time(plan, workers, 0, probes[0].params, until) if probes[0].complete else None
    if again is not None and again.complete:
        probes[0] = min(probes[0], again, key=lambda probe: probe.seconds)
    return probes, max(0.0, first - probes[0].seconds)


def _configurations(plan: PlanSpec) -> list[dict[str, Any]]:
    """Return the first trials' configurations, then some at random, as costs differ widely."""
    points = [dict(params) for params in plan["initial_trials"][:MIN_PROBES]]
    generator = random.Random(plan["seed"])
    return points + [
        plan.space.sample(generator)
        for _ in range(min(MAX_PROBES, plan["max_trials"]) - len(points))
    ]


def _time(
    plan: PlanSpec, workers: WorkerPool, number: int, params: Mapping[str, object], until: float
) -> Probe | None:
    """Return one timed fit, one cut short at the limit, or None where no time is left.

    Raises:
        TrialError: if it fails; with its error.
    """
    started_at = time.monotonic()
    if started_at >= until:
        return None
    workers.submit(number, params, trial_seed(plan["seed"], number))
    while time.monotonic() < until:
        for event in workers.wait(max(0.0, until - time.monotonic())):
            match event:
                case Done() | Pruned():
                    return Probe(params, event.seconds, getattr(event, "memory", None))
                case Report():
                    workers.answer(number, stop=False)
                case Failed():
                    raise TrialError(
                        f"a fit to time must succeed, got {event.error} for {dict(params)}."
                    )
                case _:
                    raise TrialError(
                        f"a fit to time must succeed, but {event.reason} for {dict(params)}."
                    )
    workers.kill(number)
    return Probe(params, time.monotonic() - started_at, None, complete=False)
