"""The methods compared, as rows.

A method is a generator of params that is sent each one's score, None where it failed.

A new one is a row of `AUTOTUNE`, or a `Method` more in `methods`.
"""

import warnings
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import optuna

from autotune import autotune
from autotune.plan.provenance import SourceKind
from autotune.plan.spec import PlanSpec
from autotune.space.parameters import encode
from benchmarks.quality import flaml_methods
from benchmarks.quality.hand import tutorials
from benchmarks.quality.held_out import relatives, unseen
from benchmarks.quality.problems import Problem
from benchmarks.quality.spaces import Space, needed, peers, sagemaker, widest
from benchmarks.quality.values import APART

Search = Generator[dict[str, Any], float | None, None]
MOST_KNOWN = 8


@dataclass(frozen=True)
class Method:
    """A method by name: how it searches a problem, and its owner's own budget in words.

    It also has what was left out, with why.
    """

    name: str
    search: Callable[[Problem, int, int], Search]
    budget: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ablation:
    """What is changed of autotune.

    It may be settings of the plan, its first configurations, or Optuna's default as its sampler.

    ``unseen`` says whether it knows nothing measured on the task; without, it knows what is
    shipped, this task included. ``data_rules`` says whether the data's size changes ranges;
    without, they are as for no data.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    starts: bool = True
    own_sampler: bool = True
    unseen: bool = True
    data_rules: bool = True


AUTOTUNE = {
    "autotune": Ablation(),
    "autotune:essential": Ablation({"effort": "essential"}),
    "autotune:all": Ablation({"effort": "all"}),
    "autotune:cost-aware": Ablation({"cost_aware": True}),
    "autotune:ranges": Ablation(starts=False, own_sampler=False),
    "autotune:ranges+portfolio": Ablation(own_sampler=False),
    "autotune:ranges+sampler": Ablation({"portfolio": []}, starts=False),
    "autotune:plain ranges": Ablation(data_rules=False),
    "autotune:task seen": Ablation(unseen=False),
}


def default_sampler(seed: int) -> optuna.samplers.BaseSampler:
    """Return Optuna's default sampler, as Optuna 5 has it."""
    with warnings.catch_warnings():
        # Optuna 4 marks what is its successor's default as experimental.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(multivariate=True, seed=seed)


def by_optuna(
    define: Callable[[Any], dict[str, Any]],
    sampler: optuna.samplers.BaseSampler,
    first: list[dict[str, Any]],
    trials: int,
) -> Search:
    """Search in memory with ask and tell; a failed trial is told as failed."""
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for point in first:
        study.enqueue_trial(point)
    for _ in range(trials):
        trial = study.ask()
        score = yield define(trial)
        study.tell(trial, score, state=optuna.trial.TrialState.FAIL if score is None else None)


def by_autotune(ablation: Ablation, problem: Problem, seed: int, trials: int) -> Search:
    """Search as autotune's plan says, one trial at a time."""
    with unseen(problem.family, relatives(problem.task) if ablation.unseen else ()):
        settings = {"seed": seed, "max_trials": trials, "max_parallel": 1, **ablation.settings}
        plan = problem.plan(**settings)
        if not ablation.data_rules:
            plan = problem.plan(**settings, ranges=plain(plan, problem.family))
    native = plan.compile("optuna").native
    if ablation.own_sampler:
        yield from by_optuna(
            native.define, native.sampler, native.enqueued if ablation.starts else [], trials
        )
    else:
        first = [*native.enqueued, *known(plan)] if ablation.starts else []
        yield from by_optuna(native.define, default_sampler(seed), first[:trials], trials)


def plain(plan: PlanSpec, family: str) -> dict[str, Any]:
    """Return the ranges as they are without data of those that the data's size changed."""
    without = autotune(family).ranges
    return {
        n: without[n].value
        for n, r in plan.ranges.items()
        if r.source.kind is SourceKind.DATA_RULE and n in without
    }


def known(plan: PlanSpec) -> list[dict[str, Any]]:
    """Return the first configurations that the plan's sampler knows, for one without them."""
    return [
        encode(plan.space, plan.space.complete(point["params"]))
        for point in plan["portfolio"][:MOST_KNOWN]
    ]


def by_space(space: Space, problem: Problem, seed: int, trials: int) -> Search:
    """Search a hand-set space with Optuna's default sampler."""
    yield from by_optuna(space.define, default_sampler(seed), [], trials)


def at_random(space: Space, problem: Problem, seed: int, trials: int) -> Search:
    """Draw from a hand-set space at random."""
    yield from by_optuna(space.define, optuna.samplers.RandomSampler(seed=seed), [], trials)


def by_default(problem: Problem, seed: int, trials: int) -> Search:
    """Try the library's defaults, once."""
    yield dict(problem.default or {})


def hand_set(problem: Problem, facts: Path) -> list[Space]:
    """Return all hand-set spaces of a problem: tutorials', peers', SageMaker's."""
    listed = peers(facts / "peers.json", problem) if facts else []
    documented = sagemaker(facts / "sagemaker_ranges.yaml", problem) if facts else []
    return _told_apart(tutorials(problem.family) + listed + documented)


def _told_apart(spaces: list[Space]) -> list[Space]:
    """Return spaces under names of their own."""
    found: dict[str, Space] = {}
    for space in spaces:
        same = [s for s in found.values() if s.name == space.name]
        name = f"{space.name} ({len(same) + 1})" if same else space.name
        found[name] = replace(space, name=name)
    return list(found.values())


def methods(problem: Problem, facts: Path | None) -> list[Method]:
    """Return the methods for a problem, autotune's first."""
    spaces = hand_set(problem, facts)
    found = [Method(name, partial(by_autotune, ablation)) for name, ablation in AUTOTUNE.items()]
    found += [Method("default", by_default)] if problem.default is not None else []
    found += [Method(s.name, partial(by_space, s), s.budget, s.notes) for s in spaces]
    found += [
        Method("random:PyCaret", partial(at_random, s), s.budget, s.notes)
        for s in spaces
        if s.name.startswith("peer:PyCaret")
    ]
    box = problem.domain or widest(spaces, APART.get(problem.family, ()))
    around = Space("random:widest", box, needed((p.name for p in box), problem))
    found += [Method(around.name, partial(at_random, around))] if box else []
    learners = (
        flaml_methods.LEARNERS.get(problem.family, ())
        if problem.data and flaml_methods.is_installed()
        else ()
    )
    found += [
        Method(f"flaml:{n}", partial(flaml_methods.automl, n), "time_budget and max_iter unset")
        for n in learners
    ]
    shipped = [n for n in learners if n in flaml_methods.ZERO_SHOT]
    return found + [
        Method(f"flaml-zero-shot:{n}", partial(flaml_methods.zero_shot, n), "1 trial")
        for n in shipped
    ]
