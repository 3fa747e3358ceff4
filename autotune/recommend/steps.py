"""Whole steps as choices: which hyperparameters each of several estimators has."""

from collections.abc import Mapping
from typing import Any

from autotune.errors import SettingError
from autotune.plan.overrides import Overrides
from autotune.serialization.values import is_estimator
from autotune.space.domains import Choice
from autotune.space.user_ranges import read_range


def alternatives(overrides: Overrides) -> dict[str, tuple[Any, ...]]:
    """Return the choices of each name that the user gives several estimators for."""
    choices = {}
    for name, value in overrides.ranges.items():
        if isinstance(value.value, list | tuple | Choice):
            try:
                read = read_range(name, value.value, None)
            except SettingError:  # told with its place where the range is merged
                continue
            if isinstance(read, Choice) and any(map(is_estimator, read.choices)):
                choices[name] = tuple(read.choices)
    return choices


def has_within(name: str, steps: Mapping[str, tuple[Any, ...]]) -> bool:
    """Return whether one of the estimators to choose from has the hyperparameter."""
    return any(
        _having(name.removeprefix(f"{step}__"), choices)
        for step, choices in steps.items()
        if name.startswith(f"{step}__")
    )


def when_chosen(
    name: str, steps: Mapping[str, tuple[Any, ...]], own: Mapping[str, object], given: bool
) -> dict[str, tuple[Any, ...]]:
    """Return the estimators under which a hyperparameter of a step is used.

    A range that the user gave is for all that have the hyperparameter, an inferred one for those of
    the class that it was inferred for.
    """
    conditions: dict[str, tuple[Any, ...]] = {}
    for step, choices in steps.items():
        if name.startswith(f"{step}__"):
            having = _having(name.removeprefix(f"{step}__"), choices)
            if not given:
                having = tuple(choice for choice in having if type(choice) is type(own.get(step)))
            conditions[step] = having or (own.get(step),)
    return conditions


def _having(inner: str, choices: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        choice for choice in choices if is_estimator(choice) and inner in choice.get_params()
    )
