"""Conditions as people write them: the values of other hyperparameters under which one is used."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from autotune.errors import SettingError

When: TypeAlias = Mapping[str, tuple[Any, ...]]
"""The values of each parent under which a hyperparameter is used; all parents must match."""


def condition(when: object) -> When | None:
    """Return a condition in its one form; a single value needs no list.

    >>> condition({"optimizer": "sgd", "layers": range(2, 4)})
    {'optimizer': ('sgd',), 'layers': (2, 3)}

    Raises:
        SettingError: if it is no mapping from names to values.
    """
    if when is None:
        return None
    if not isinstance(when, Mapping) or not all(isinstance(name, str) for name in when):
        raise SettingError(
            "when must be a mapping from hyperparameters to lists of values",
            "For example when={'optimizer': ['sgd']}.",
            name="when",
            value=when,
        )
    rows = {name: _values(values) for name, values in when.items()}
    for name, values in rows.items():
        if not values:
            raise SettingError(
                f"when: {name!r} must have at least one value", name="when", value=when, got="none"
            )
    return rows


def _values(values: Any) -> tuple[Any, ...]:
    if hasattr(values, "tolist") and getattr(values, "shape", None):
        return tuple(values.tolist())
    is_listed = isinstance(values, list | tuple | set | frozenset | range)
    return tuple(values) if is_listed else (values,)
