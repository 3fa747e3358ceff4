"""Plans for the checks, and an engine's search driven by hand, without workers or a store."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import optuna

from autotune import Choice, Float, Plan, autotune
from autotune.engines import compile_plan, find
from autotune.record.quiet import quiet
from autotune.record.status import TrialStatus
from autotune.record.stored_search import StoredSearch
from autotune.space.domains import Domain

DRAWS = 300

Params = dict[str, Any]
"""A configuration as an objective gets it."""
Objective = Callable[[Params], float]


def plan_for(engine: str, ranges: Mapping[str, Domain], **settings: Any) -> Plan:
    """Return a plan of a function with these hyperparameters, by a strategy of the engine.

    Nothing but its settings ends a job early, and trials run one after another.
    """

    def function(**_: Any) -> float:
        return 0.0

    kind = inspect.Parameter.KEYWORD_ONLY
    values = {name: domain.levels(1)[0] for name, domain in ranges.items()} | {"epochs": 9}
    signature = [inspect.Parameter(name, kind, default=value) for name, value in values.items()]
    function.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]
    defaults: dict[str, Any] = {
        "strategy": any_strategy(engine),
        "completion": {},
        "max_trials": DRAWS,
        "max_parallel": 1,
        "seed": 0,
        "metric": "value",
        "early_stopping": None,
        "fidelity": None,
    }
    return autotune(function, ranges=dict(ranges), **(defaults | settings))


def any_strategy(engine: str) -> str:
    """Return a strategy that the engine declares; ``random`` where it has that one."""
    strategies = find(engine).adapter.capabilities.strategies
    return "random" if "random" in strategies else min(strategies)


def conditional_plan(engine: str) -> Plan:
    """Return a plan in which ``b`` depends on ``a``, and ``c`` on ``b``."""
    ranges: dict[str, Domain] = {
        "a": Choice(["no", "yes"]),
        "b": Choice([1, 2]),
        "c": Float(0.0, 1.0),
    }
    plan = plan_for(engine, ranges)
    when: dict[str, dict[str, tuple[Any, ...]]] = {"a": {}, "b": {"a": ("yes",)}, "c": {"b": (2,)}}
    return replace(
        plan,
        ranges={name: replace(range_, when=when[name]) for name, range_ in plan.ranges.items()},
    )


def new_study(plan: Plan) -> optuna.Study:
    """Return an empty study in memory, as a job's record."""
    with quiet():
        return optuna.create_study(direction=plan.direction)


def search_over(engine: str, plan: Plan, study: optuna.Study) -> StoredSearch:
    """Return the engine's search over a study, whose writes are carried out at once."""

    def write(change: Callable[[], object]) -> None:
        change()

    return StoredSearch(study, plan, compile_plan(plan, engine), write)


def drawn(
    engine: str, plan: Plan, count: int = DRAWS, objective: Objective | None = None
) -> list[Params]:
    """Return what a search draws, up to so many configurations, each with a result at once."""
    search = search_over(engine, plan, new_study(plan))
    configurations: list[Params] = []
    while len(configurations) < count and (trial := search.ask()) is not None:
        configurations.append(finish(search, *trial, objective))
    return configurations


def finish(
    search: StoredSearch, number: int, params: Params, objective: Objective | None = None
) -> Params:
    """Finish a trial with the objective's value, or with one that depends on its number alone."""
    value = float(number % 7) if objective is None else objective(params)
    search.tell(number, TrialStatus.FINISHED, value, {})
    return params
