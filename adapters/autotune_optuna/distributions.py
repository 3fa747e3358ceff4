"""A plan's space in Optuna's words: distributions of its parameters, and how a configuration is asked of a trial."""

from collections.abc import Callable
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from autotune.plan.spec import PlanSpec
from autotune.space.parameters import Asked, Labels, Primitive, is_mixed, primitives
from autotune_optuna.samplers.distinct_sampler import Define


def distribution(primitive: Primitive) -> BaseDistribution:
    """Return a primitive parameter as Optuna's distribution; both have inclusive bounds."""
    if isinstance(primitive, Labels):
        return CategoricalDistribution(primitive.labels)
    if primitive.whole:
        return IntDistribution(
            int(primitive.low),
            int(primitive.high),
            log=primitive.log,
            step=int(primitive.step or 1),
        )
    return FloatDistribution(primitive.low, primitive.high, log=primitive.log, step=primitive.step)


def suggester(trial: Any) -> Callable[[str, Primitive], Any]:
    """Return the function that asks a trial for a parameter."""

    def suggest(name: str, primitive: Primitive) -> Any:
        if isinstance(primitive, Labels):
            return trial.suggest_categorical(name, primitive.labels)
        if primitive.whole:
            return trial.suggest_int(
                name,
                int(primitive.low),
                int(primitive.high),
                log=primitive.log,
                step=int(primitive.step or 1),
            )
        return trial.suggest_float(
            name, primitive.low, primitive.high, log=primitive.log, step=primitive.step
        )

    return suggest


def distributions(plan: PlanSpec) -> dict[str, BaseDistribution]:
    """Return Optuna's distributions of all parameters."""
    return {
        p: distribution(k)
        for n, r in plan.ranges.items()
        for p, k in primitives(n, r.value).items()
    }


def conditional(plan: PlanSpec) -> bool:
    """Return whether some parameters are not always in use."""
    return any(r.when or is_mixed(r.value) for r in plan.ranges.values())


def definition(plan: PlanSpec) -> Define:
    """Return what asks ``suggest(name)`` for each parameter of a configuration and returns its params."""
    asked = Asked(plan.space)
    return lambda suggest: asked.params(lambda name, _: suggest(name))
