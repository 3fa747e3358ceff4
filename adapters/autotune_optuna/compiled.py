"""A plan as Optuna's own parts: distributions, sampler, pruner, first trials and callbacks."""

from collections.abc import Callable
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
from autotune_optuna.pruner import RulePruner
from autotune_optuna.samplers.distinct_sampler import key_of
from autotune_optuna.samplers.factory import sampler_arguments

MAX_ENUMERATED = 10_000
PARENT_MARK = "autotune:parent"  # marks another job's trial, which does not count towards the completion of this one


@dataclass(frozen=True)
class OptunaObjects:
    """Optuna's own objects, to take into a program of one's own.

    ``define(trial)`` suggests a configuration on a trial, conditions included, and returns the
    hyperparameters; ``enqueued`` are the first trials for ``study.enqueue_trial``, ``known`` the
    results of a job's parents for ``study.add_trials``; ``distributions`` those of all parameters.
    """

    distributions: dict[str, BaseDistribution]
    sampler: optuna.samplers.BaseSampler
    pruner: optuna.pruners.BasePruner
    direction: str
    enqueued: list[dict[str, Any]]
    callbacks: list[Callable[[optuna.Study, optuna.trial.FrozenTrial], None]]
    define: Callable[[optuna.Trial], dict[str, Any]]
    known: list[FrozenTrial]


@dataclass(frozen=True)
class CompiledOptunaPlan:
    """A plan compiled for Optuna."""

    plan: PlanSpec
    native: OptunaObjects
    asked: ParameterDecoder = field(repr=False)
    every: list[dict[str, Any]] | None = field(repr=False)

    def config(self) -> dict[str, Any]:
        """Return what was compiled as plain data."""
        return {
            "engine": "optuna",
            "direction": self.native.direction,
            "sampler": sampler_arguments(self.plan),
            "pruner": pruner_arguments(self.plan),
            "distributions": {
                n: optuna.distributions.distribution_to_json(d)
                for n, d in self.native.distributions.items()
            },
            "enqueued": self.native.enqueued,
            "n_trials": self.plan["max_trials"],
            "timeout": self.plan["max_runtime"],
        }


def known_trials(plan: PlanSpec) -> list[FrozenTrial]:
    """Return the results that the plan knows from the start as Optuna's trials."""
    space, types = plan.space, distributions(plan)
    every = [
        (p["job"], t) for p in plan.parents for t in p["trials"] if not space.outside(t["params"])
    ]
    params = [encode(space, t["params"]) for _, t in every]
    return [
        create_trial(
            value=t["value"],
            params=p,
            distributions={n: types[n] for n in p},
            user_attrs={PARENT_MARK: job},
        )
        for (job, t), p in zip(every, params, strict=True)
    ]


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
    every = plan.space.grid(MAX_ENUMERATED)
    return None if every is None else [encode(plan.space, p) for p in every]


def enqueued(
    plan: PlanSpec, every: list[dict[str, Any]], known: list[FrozenTrial]
) -> list[dict[str, Any]]:
    """Return the first trials as Optuna parameters; for a grid, every configuration up to max_trials."""
    points = [encode(plan.space, p) for p in plan["initial_trials"]]
    if plan["strategy"] == "grid":
        seen = {key_of(p) for p in (*points, *(t.params for t in known))}
        points += [p for p in every if key_of(p) not in seen]
    return points[: plan["max_trials"]]


def completion_callback(plan: PlanSpec) -> Callable[[optuna.Study, optuna.trial.FrozenTrial], None]:
    """Return the plan's completion criteria as a callback that stops a study."""

    def callback(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        criteria = {
            n: c for n, c in plan["completion"].items() if n != "best_possible"
        }  # the program's values are its own
        completion = Completion(criteria, plan["mode"])
        for ended in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
            if ended.value is not None and PARENT_MARK not in ended.user_attrs:
                completion.add(ended.value)
        if completion.fired:
            study.stop()

    return callback
