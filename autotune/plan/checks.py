"""Checks of a setting's value that any setting can use: each says what must hold as a formula."""

import math
from collections.abc import Callable, Collection, Mapping
from types import UnionType
from typing import Any, TypeAlias, TypeGuard

from autotune.errors import SettingError, did_you_mean
from autotune.space.scale import is_number

Check: TypeAlias = Callable[[str, Any], Any]
"""Takes a setting's name and value; returns the value in its one form, or raises SettingError."""


def whole_number(low: int, high: float = math.inf, *, none: bool = False) -> Check:
    """Return the check of a whole number in low..high."""
    limit = f"{low}..{high:,}" if high < math.inf else f">= {low}"
    rule = f"a whole number {limit}" + " or None" * none

    def check(name: str, value: object) -> int | None:
        if value is None and none:
            return None
        if not is_number(value) or value != int(value) or not low <= value <= high:
            raise SettingError(f"{name!r} must be {rule}", name=name, value=value)
        return int(value)

    return check


def positive(*, none: bool = False) -> Check:
    """Return the check of a number > 0."""
    rule = "a number > 0" + " or None" * none

    def check(name: str, value: object) -> float | None:
        if value is None and none:
            return None
        if not is_number(value) or value <= 0:
            raise SettingError(f"{name!r} must be {rule}", name=name, value=value)
        return float(value) if isinstance(value, float) else int(value)

    return check


def one_of(*words: str, none: bool = False) -> Check:
    """Return the check of one of some words."""
    rule = f"one of {', '.join(words)}" + " or None" * none

    def check(name: str, value: object) -> str | None:
        if value is None and none:
            return None
        if not isinstance(value, str) or value not in words:
            hint = did_you_mean(value, words, 0) if isinstance(value, str) else ""
            raise SettingError(f"{name!r} must be {rule}", hint, name=name, value=value)
        return value

    return check


def flag(name: str, value: object) -> bool:
    """Return True or False, or refuse all else."""
    if not isinstance(value, bool):
        raise SettingError(f"{name!r} must be True or False", name=name, value=value)
    return value


def names(name: str, value: object) -> tuple[str, ...]:
    """Return names of hyperparameters; a single one may be a text."""
    listed = (value,) if isinstance(value, str) else value
    if not is_texts(listed, list | tuple | set | frozenset):
        raise SettingError(
            f"{name!r} must be a list of hyperparameter names", name=name, value=value
        )
    if len(set(listed)) < len(listed):
        raise SettingError(f"{name!r} must name each hyperparameter once", name=name, value=value)
    return tuple(listed)


def configurations(name: str, value: object) -> tuple[dict[str, Any], ...]:
    """Return mappings from hyperparameters to values; a single one needs no list."""
    points = [value] if isinstance(value, Mapping) else value
    if not isinstance(points, list | tuple) or not all(
        isinstance(point, Mapping) for point in points
    ):
        raise SettingError(
            f"{name!r} must be a list of mappings from hyperparameters to values",
            name=name,
            value=value,
        )
    return tuple({str(key): setting for key, setting in point.items()} for point in points)


def mapping(name: str, value: object, keys: Collection[str], example: str) -> dict[str, Any]:
    """Return a mapping that has no other keys than these; an empty one for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SettingError(f"{name!r} must be a mapping such as {example}", name=name, value=value)
    for key in value:
        if key not in keys:
            raise SettingError(
                f"{name!r} has no {key!r}", did_you_mean(key, keys), name=f"{name}.{key}"
            )
    return dict(value)


def is_texts(value: object, kinds: type | UnionType = list | tuple) -> TypeGuard[Collection[str]]:
    """Return whether a value is a collection, of one of some kinds, of texts."""
    return (
        isinstance(value, Collection)
        and isinstance(value, kinds)
        and all(isinstance(text, str) for text in value)
    )
