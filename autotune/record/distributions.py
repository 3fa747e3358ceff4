"""A plan's space as Optuna's distributions, as the store keeps them with each trial."""

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from autotune.plan.spec import PlanSpec
from autotune.space.parameters import Labels, Primitive, primitives


def distribution(primitive: Primitive) -> BaseDistribution:
    """Return a primitive parameter as Optuna's distribution; both have inclusive bounds."""
    if isinstance(primitive, Labels):
        return CategoricalDistribution(primitive.labels)
    if primitive.is_integer:
        return IntDistribution(
            int(primitive.low),
            int(primitive.high),
            log=primitive.log,
            step=int(primitive.step or 1),
        )
    return FloatDistribution(primitive.low, primitive.high, log=primitive.log, step=primitive.step)


def distributions(plan: PlanSpec) -> dict[str, BaseDistribution]:
    """Return Optuna's distributions of all parameters."""
    return {
        parameter: distribution(primitive)
        for name, range_ in plan.ranges.items()
        for parameter, primitive in primitives(name, range_.value).items()
    }
