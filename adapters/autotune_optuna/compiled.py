"""A plan as Optuna's own parts: distributions, sampler, pruner, first trials and callbacks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, create_trial

from autotune.adapters import Place, Source, stopping_rule
from autotune.completion import Completion
from autotune.encode import Asked, encode
from autotune.errors import EngineError
from autotune.plan import Plan
from autotune.run.workers import here
from autotune_optuna.distinct import key_of
from autotune_optuna.distributions import distributions, suggester
from autotune_optuna.memory import Memory
from autotune_optuna.samplers import distinct, sampler_arguments
from autotune_optuna.search import StoredSearch, Write
from autotune_optuna.stopping import RulePruner

MOST_ENUMERATED = 10_000
KNOWN = "autotune:parent"  # marks another job's trial, which does not count towards the completion of this one


@dataclass(frozen=True)
class Native:
    """Optuna's own objects, to take into a program of one's own.

    ``define(trial)`` suggests a configuration on a trial, conditions included, and returns the hyperparameters;
    ``enqueued`` are the first trials for ``study.enqueue_trial``, ``known`` the results of a job's parents for
    ``study.add_trials``; ``distributions`` those of all parameters.
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
class Compiled:
    """A plan compiled for Optuna."""

    plan: Plan
    native: Native
    asked: Asked = field(repr=False)
    every: list[dict[str, Any]] | None = field(repr=False)

    def config(self) -> dict[str, Any]:
        """Return what was compiled as plain data."""
        return {
            "engine": "optuna",
            "direction": self.native.direction,
            "sampler": sampler_arguments(self.plan),
            "pruner": pruner_arguments(self.plan),
            "distributions": {n: optuna.distributions.distribution_to_json(d) for n, d in self.native.distributions.items()},
            "enqueued": self.native.enqueued,
            "n_trials": self.plan["max_trials"],
            "timeout": self.plan["max_runtime"],
        }

    def source(self) -> Source:
        """Return a program for Optuna that needs no autotune and tries the same trials."""
        from autotune_optuna.program import source

        return source(self)

    def place(self, address: str | None) -> Place:
        """Return where trials run: on this machine."""
        return here(address)

    def memory(self, study: optuna.Study, kind: type[Memory] = Memory) -> Memory:
        """Return the study in memory that draws a job's trials, brought to where the job is."""
        return kind(
            study.direction, self.native.define, sampler=self.native.sampler, pruner=self.native.pruner,
            first=self.native.enqueued, known=self.native.known, past=study.get_trials(deepcopy=False),
            notes=study._storage.get_study_system_attrs(study._study_id),
            lag=self.plan["max_parallel"] if self.plan["deterministic"] else 0,
        )  # fmt: skip

    def search(self, study: optuna.Study, write: Write) -> StoredSearch:
        """Return the search over a job's study."""
        return StoredSearch(study, self.asked, self.memory(study), self.every, write)


class OptunaAdapter:
    """Compiles plans for Optuna; it decides nothing."""

    def compile(self, plan: Plan) -> Compiled:
        """Return the plan as Optuna's parts.

        Raises:
            EngineError: naming everything that Optuna cannot carry out as it is installed.
        """
        every = exhaustive(plan)
        gaps = list(_gaps(plan, every))
        if gaps:
            raise EngineError(f"Optuna cannot carry this plan out: {'; '.join(gaps)}.")
        asked, known = Asked(plan.space), known_trials(plan)
        native = Native(
            distributions=distributions(plan),
            sampler=distinct(plan, asked, every, before=len(known)),
            pruner=make_pruner(plan),
            direction=plan.direction,
            enqueued=enqueued(plan, every or [], known),
            callbacks=[optuna.study.MaxTrialsCallback(plan["max_trials"] + len(known)), completion_callback(plan)],
            define=lambda trial: asked.settings(suggester(trial)),
            known=known,
        )
        return Compiled(plan, native, asked, every)


def _gaps(plan: Plan, every: list[dict[str, Any]] | None) -> Any:
    if "warm_start" in plan.settings and "results" not in plan.settings:
        yield "warm_start is read when a job begins (plan.run, then job.plan.compile)"
    outside = {n: p[n] for p in plan["initial_trials"] for n in plan.space.outside(p)}
    if outside:
        yield f"initial_trials lie outside the ranges ({', '.join(f'{n}={v!r}' for n, v in outside.items())})"
    if plan["strategy"] == "sobol" and find_spec("scipy") is None:
        yield "strategy='sobol' needs scipy (pip install scipy)"
    if plan["strategy"] == "grid" and every is None:
        yield f"strategy='grid' needs a finite space of at most {MOST_ENUMERATED:,} configurations (give lists or steps)"


def known_trials(plan: Plan) -> list[FrozenTrial]:
    """Return the results that the plan knows from the start as Optuna's trials."""
    space, types = plan.space, distributions(plan)
    every = [(p["job"], t) for p in plan.parents for t in p["trials"] if not space.outside(t["settings"])]
    params = [encode(space, t["settings"]) for _, t in every]
    return [
        create_trial(value=t["value"], params=p, distributions={n: types[n] for n in p}, user_attrs={KNOWN: job})
        for (job, t), p in zip(every, params, strict=True)
    ]


def pruner_arguments(plan: Plan) -> dict[str, Any]:
    """Return the pruner's name and the rule it asks, with its parameters."""
    rule = plan["early_stopping"]
    return {"name": "NopPruner"} if rule is None else {"name": "RulePruner", **rule}


def make_pruner(plan: Plan) -> optuna.pruners.BasePruner:
    """Return the pruner of the plan's early stopping."""
    rule = stopping_rule(plan)
    return optuna.pruners.NopPruner() if rule is None else RulePruner(rule)


def exhaustive(plan: Plan) -> list[dict[str, Any]] | None:
    """Return all parameters of a finite space, or None where it is too large to enumerate."""
    every = plan.space.grid(MOST_ENUMERATED)
    return None if every is None else [encode(plan.space, p) for p in every]


def enqueued(plan: Plan, every: list[dict[str, Any]], known: list[FrozenTrial]) -> list[dict[str, Any]]:
    """Return the first trials as Optuna parameters; for a grid, every configuration up to max_trials."""
    points = [encode(plan.space, p) for p in plan["initial_trials"]]
    if plan["strategy"] == "grid":
        seen = {key_of(p) for p in (*points, *(t.params for t in known))}
        points += [p for p in every if key_of(p) not in seen]
    return points[: plan["max_trials"]]


def completion_callback(plan: Plan) -> Callable[[optuna.Study, optuna.trial.FrozenTrial], None]:
    """Return the plan's completion criteria as a callback that stops a study."""

    def callback(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        criteria = {n: c for n, c in plan["completion"].items() if n != "best_possible"}  # the program's values are its own
        completion = Completion(criteria, plan["mode"])
        for ended in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
            if ended.value is not None and KNOWN not in ended.user_attrs:
                completion.add(ended.value)
        if completion.fired:
            study.stop()

    return callback
