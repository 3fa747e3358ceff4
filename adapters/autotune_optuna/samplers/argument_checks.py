"""Checks of what a `KnowledgeSampler` is made with."""

from collections.abc import Mapping, Sequence
from typing import Any

from optuna.distributions import CategoricalDistribution

from autotune.surrogate.features import Params

Space = Mapping[str, Any]
"""Optuna's distributions by name; their base class declares neither bounds nor choices."""


def check_points(space: Space, points: Sequence[Params]) -> None:
    """Raise ValueError where a configuration lies outside the space."""
    for name, value in (item for point in points for item in point.items()):
        if name not in space or not _contains(space[name], value):
            raise ValueError(
                f"points must lie in the space, got {name}={value!r} for {space.get(name)}"
            )


def check_cost(space: Space, cost: Mapping[str, float]) -> None:
    """Raise ValueError where a cost is not of a positive number of the space."""
    for name in cost:
        if isinstance(space.get(name), CategoricalDistribution | None) or not space[name].low > 0:
            raise ValueError(
                f"cost must be of numbers > 0 in the space, got {name} for {space.get(name)}"
            )


def check_scores(
    points: Sequence[Params], scores: Sequence[Sequence[float]], weights: Sequence[float] | None
) -> None:
    """Raise ValueError where scores do not fit the points, or weights the scores' tasks."""
    lengths = [len(row) for row in scores]
    if len(lengths) != len(points) or len(set(lengths)) > 1 or 0 in lengths:
        raise ValueError(
            f"scores must have a row of as many tasks for each of {len(points)} points, "
            f"got rows of {lengths}"
        )
    tasks = max(lengths, default=0)
    if weights is not None and (len(weights) != tasks or min(weights) < 0 or not sum(weights) > 0):
        raise ValueError(f"weights must be one >= 0 for each of {tasks} tasks, got {list(weights)}")


def _contains(distribution: Any, value: object) -> bool:
    if isinstance(distribution, CategoricalDistribution):
        return value in distribution.choices
    return isinstance(value, int | float) and bool(distribution.low <= value <= distribution.high)
