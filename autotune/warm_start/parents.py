"""The parents of a job: finished jobs, and whether their values can be compared with its own."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autotune.errors import SettingError, StoreError
from autotune.facts.algorithm_choice import ALGORITHM
from autotune.plan.spec import PlanSpec
from autotune.record.environment import minor
from autotune.record.job import JobRecord
from autotune.record.status import JobStatus
from autotune.record.store import Store
from autotune.record.trial import Trial, best_first, ended, figures_of, has_value, judged
from autotune.serialization.values import to_plain
from autotune.warm_start.transfer import algorithm_of, own_values

MEASURE = ("metric", "metric_params", "mode", "cv", "value")


@dataclass(frozen=True)
class Parent:
    """A finished job that another one starts from."""

    job: JobRecord
    """The finished job."""
    other: str
    """Why its values cannot be compared with the new job's; empty if they can."""
    limits: Mapping[str, str] = field(default_factory=dict)
    """The new job's constraints, by which the trials are feasible or not."""

    @property
    def name(self) -> str:
        """The job's name."""
        return self.job.name

    @cached_property
    def ended_trials(self) -> list[Trial]:
        """The trials that came to an end of their own."""
        plan = self.job.plan
        return judged(ended(self.job.all_trials()), self.limits, plan.metric_name)

    @property
    def finished(self) -> list[Trial]:
        """The feasible trials with a value, best first."""
        return best_first(
            [trial for trial in self.ended_trials if has_value(trial)], self.job.plan.mode
        )

    @property
    def evaluated(self) -> list[Trial]:
        """The trials with a value: the feasible ones, best first, then the infeasible ones."""
        infeasible = [
            trial
            for trial in self.ended_trials
            if trial.feasible is False and trial.value is not None and math.isfinite(trial.value)
        ]
        return [*self.finished, *infeasible]

    @cached_property
    def static_values(self) -> dict[str, Any]:
        """The values of what the job did not tune."""
        return own_values(self.job.plan)


def find_parents(
    plan: PlanSpec, environment: Mapping[str, object], store: Store, name: str
) -> list[Parent]:
    """Return the jobs that the plan's ``warm_start`` names.

    Args:
        plan: The plan.
        environment: Where and with what the new job runs, as its record will say.
        store: The store of the new job.
        name: The new job's name.

    Raises:
        SettingError: if one is the job itself, has not ended, has no finished trial, or tunes
            nothing that the plan tunes.
        StoreError: if one does not exist, or cannot be read.
    """
    parents = []
    for parent in plan["warm_start"]:
        if parent == name:
            raise SettingError(
                f"warm_start must name other jobs, got the job's own name {name!r}.",
                "Choose another name.",
            )
        job = _load(parent, store)
        _check_usable(job, plan)
        parents.append(Parent(job, _difference(plan, environment, job), plan.constraints))
    return parents


def _load(name: str, store: Store) -> JobRecord:
    job = JobRecord(name, store)
    try:
        _ = job.record
    except StoreError as error:
        raise StoreError(f"warm_start: {error}") from None
    return job


def _check_usable(job: JobRecord, plan: PlanSpec) -> None:
    if job.status is JobStatus.RUNNING:
        raise SettingError(
            f"warm_start: job {job.name!r} must have ended, got status 'running'.",
            f"Wait, or: autotune stop {job.name}",
        )
    if not any(trial.feasible is not None for trial in job.all_trials()):
        raise SettingError(
            f"warm_start: job {job.name!r} must have a finished trial, got none.",
            "Leave it out of warm_start.",
        )
    parent_names, plan_names = _tuned(job.plan), _tuned(plan)
    if not parent_names & plan_names:
        raise SettingError(
            f"warm_start: job {job.name!r} must tune one of {_listed(plan_names)}, "
            f"got {_listed(parent_names)}.",
            "Leave it out of warm_start.",
        )


def _tuned(plan: PlanSpec) -> set[str]:
    return {
        name for name, chosen in plan.ranges.items() if chosen.value.size > 1 and name != ALGORITHM
    }


def _listed(names: set[str]) -> str:
    ordered = sorted(names)
    omitted = f" and {len(ordered) - 8} more" if len(ordered) > 8 else ""
    return (", ".join(ordered[:8]) + omitted) or "nothing"


def says_same_data(plan: PlanSpec) -> bool:
    """Return whether the user says that the data are those of the parents."""
    return "same_data" in plan.settings and bool(plan["same_data"])


def _measure(plan: PlanSpec, name: str) -> Any:
    if name == "value":
        return plan.trial_value
    return to_plain(plan.settings[name].value) if name in plan.settings else None


def _difference(plan: PlanSpec, environment: Mapping[str, Any], job: JobRecord) -> str:
    """Return why the values of another job cannot be compared with this one's, or nothing."""
    before, created = job.plan, job.record["environment"]
    if algorithm_of(plan) is None or algorithm_of(plan) != algorithm_of(before):
        return (
            "another algorithm"
            if before.estimator == plan.estimator
            else f"another algorithm, {before.estimator}"
        )
    if not says_same_data(plan):
        if None in (environment["data"], created.get("data")):
            return "nothing tells whether its data are the same: same_data=True does"
        if environment["data"] != created["data"]:
            return "other data"
    for name in MEASURE:
        value, parent_value = (_measure(each, name) for each in (plan, before))
        if value != parent_value:
            return f"{name}={parent_value} instead of {value}"
    metric, trials = before.metric_name, job.all_trials()
    for name in plan.constraints:
        if all(name not in figures_of(trial, metric) for trial in trials):
            return f"no trial of it recorded {name}, which is constrained"
    installed = environment["libraries"]
    changed = [
        f"{library} {version} (here {installed.get(library, 'none')})"
        for library, version in created.get("libraries", {}).items()
        if minor(version) != minor(installed.get(library, ""))
    ]
    return ", ".join(changed)
