"""How a configuration of a plan's space is asked of an Optuna trial."""

from collections.abc import Callable
from typing import Any

import optuna

from autotune.plan.spec import PlanSpec
from autotune.space.parameters import Labels, ParameterDecoder, Primitive, is_mixed
from autotune_optuna.samplers.distinct_sampler import Define


def suggester(trial: optuna.Trial) -> Callable[[str, Primitive], Any]:
    """Return the function that asks a trial for a parameter."""

    def suggest(name: str, primitive: Primitive) -> Any:
        if isinstance(primitive, Labels):
            return trial.suggest_categorical(name, primitive.labels)
        if primitive.is_integer:
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


def conditional(plan: PlanSpec) -> bool:
    """Return whether some parameters are not always in use."""
    return any(range_.when or is_mixed(range_.value) for range_ in plan.ranges.values())


def definition(plan: PlanSpec) -> Define:
    """Return what asks ``suggest(name)`` for each parameter and returns the configuration."""
    decoder = ParameterDecoder(plan.space)
    return lambda suggest: decoder.params(lambda name, _: suggest(name))
