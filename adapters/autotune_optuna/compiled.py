"""A plan as Optuna's own parts: distributions, sampler, pruner, first trials and callbacks."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, create_trial

from autotune.plan.spec import PlanSpec
from autotune.record.distributions import distributions
from autotune.space.parameters import ParameterDecoder, encode
from autotune.stopping.completion import Completion
from autotune.stopping.factory import stopping_rule
from autotune_optuna.grid import first_of_grid
from autotune_optuna.private import constraint_attributes, is_feasible
from autotune_optuna.pruner import RulePruner
from autotune_optuna.samplers.distinct_sampler import Params, key_of
from autotune_optuna.samplers.factory import sampler_arguments

MAX_ENUMERATED = 10_000
# Marks another job's trial, which does not count towards this job's completion.
PARENT_MARK = "autotune:parent"


@dataclass(frozen=True)
class OptunaObjects:
    """Optuna's own objects, for the user's own program.

    ``define(trial)`` suggests a configuration on a trial, conditions included, and returns the
    hyperparameters; ``enqueued`` are the first trials for ``study.enqueue_trial``, ``known`` the
    results of a job's parents for ``study.add_trials``; ``distributions`` those of all parameters;
    ``constrain(trial, figures)`` records by how much a trial is beyond the plan's constraints.
    """

    distributions: dict[str, BaseDistribution]
    sampler: optuna.samplers.BaseSampler
    pruner: optuna.pruners.BasePruner
    direction: str
    enqueued: list[dict[str, Any]]
    callbacks: list[Callable[[optuna.Study, optuna.trial.FrozenTrial], None]]
    define: Callable[[optuna.Trial], dict[str, Any]]
    known: list[FrozenTrial]
    constrain: Callable[[optuna.Trial, Mapping[str, Any]], None]


@dataclass(frozen=True)
class CompiledOptunaPlan:
    """A plan compiled for Optuna."""

    plan: PlanSpec
    native: OptunaObjects
    decoder: ParameterDecoder = field(repr=False)
    grid: list[dict[str, Any]] | None = field(repr=False)

    def config(self) -> dict[str, Any]:
        """Return what was compiled as plain data."""
        return {
            "engine": "optuna",
            "direction": self.native.direction,
            "sampler": sampler_arguments(self.plan),
            "pruner": pruner_arguments(self.plan),
            "distributions": {
                name: optuna.distributions.distribution_to_json(distribution)
                for name, distribution in self.native.distributions.items()
            },
            "enqueued": self.native.enqueued,
            "n_trials": self.plan["max_trials"],
            "timeout": self.plan["max_runtime"],
        }


def trials_of_parents(plan: PlanSpec) -> list[FrozenTrial]:
    """Return the results that the plan knows from the start as Optuna's trials."""
    space, types = plan.space, distributions(plan)
    results = [
        (parent["job"], trial, encode(space, trial["params"]))
        for parent in plan.parents
        for trial in parent["trials"]
        if not space.outside(trial["params"])
    ]
    return [
        create_trial(
            value=trial["value"],
            params=params,
            distributions={name: types[name] for name in params},
            user_attrs={PARENT_MARK: job},
            system_attrs=constraint_attributes(_amounts(trial)),
            intermediate_values={int(step): value for step, value in trial.get("reports", ())},
        )
        for job, trial, params in results
    ]


def _amounts(trial: Mapping[str, Any]) -> dict[str, float]:
    """Return by how much a parent's trial is beyond each constraint."""
    recorded: Mapping[str, float | None] = trial.get("constraints", {})
    return {name: math.inf if amount is None else amount for name, amount in recorded.items()}


def pruner_arguments(plan: PlanSpec) -> dict[str, Any]:
    """Return the pruner's name and the rule it asks, with its parameters."""
    rule = plan["early_stopping"]
    return {"name": "NopPruner"} if rule is None else {"name": "RulePruner", **rule}


def make_pruner(plan: PlanSpec) -> optuna.pruners.BasePruner:
    """Return the pruner of the plan's early stopping."""
    rule = stopping_rule(plan)
    return optuna.pruners.NopPruner() if rule is None else RulePruner(rule)


def exhaustive(plan: PlanSpec) -> list[dict[str, Any]] | None:
    """Return all parameters of a finite space, or None where it is too large to enumerate."""
    grid = plan.space.grid(MAX_ENUMERATED)
    return None if grid is None else [encode(plan.space, params) for params in grid]


def enqueued(
    plan: PlanSpec, grid: Sequence[Params], parent_trials: Sequence[FrozenTrial]
) -> list[dict[str, Any]]:
    """Return the first trials as Optuna parameters; of a grid all, or a spread part."""
    points = [encode(plan.space, params) for params in plan["initial_trials"]]
    if plan["strategy"] == "grid":
        tried = (*points, *(trial.params for trial in parent_trials))
        seen = {key_of(params) for params in tried}
        further = [dict(params) for params in grid if key_of(params) not in seen]
        points += first_of_grid(further, plan["max_trials"] - len(points))
    return points[: plan["max_trials"]]


def completion_callback(plan: PlanSpec) -> Callable[[optuna.Study, optuna.trial.FrozenTrial], None]:
    """Return the plan's completion criteria as a callback that stops a study."""

    def callback(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        # The best possible value is that of autotune's own scorers, not of the user's program.
        criteria = {
            name: criterion
            for name, criterion in plan["completion"].items()
            if name != "best_possible"
        }
        completion = Completion(criteria, plan["mode"])
        for past in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
            is_own = PARENT_MARK not in past.user_attrs
            if past.value is not None and is_own and is_feasible(past):
                completion.add(past.value)
        if completion.fired:
            study.stop()

    return callback
