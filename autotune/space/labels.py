"""The equality of values, and the text that each travels under.

Two values are the same where they are of one type and equal: ``True``, ``1``, ``1.0`` and ``"1"``
are four values, as estimators take them (``max_features=1`` is one feature, ``1.0`` all of them).
A numpy scalar is the plain value it holds, NaN is itself, and a tuple is not a list. Objects are
the same where their class and their text are.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeAlias

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

# Of any type: estimators take numbers, texts, None, tuples and their own objects.
ParamValue: TypeAlias = Any
"""A value of a hyperparameter."""
Params: TypeAlias = Mapping[str, Any]
"""A configuration: values by hyperparameter."""


def same(value: object, other: object) -> bool:
    """Return whether two values are of one type and equal: True is not 1, and 1 is not 1.0."""
    if type(value) is str and type(other) is str:
        return value == other
    return identity(value) == identity(other)


def identity(value: ParamValue) -> Hashable:
    """Return what is equal for two values exactly where they are the same."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return identity(value.item())
    if isinstance(value, str):
        return ("str", str.__str__(value))
    if isinstance(value, float):
        # The text distinguishes NaN from all else; 0.0 is added as -0.0 is zero.
        return ("float", repr(float(value) + 0.0))
    if isinstance(value, list | tuple):
        return (type(value).__name__, tuple(map(identity, value)))
    if isinstance(value, dict):
        return ("dict", frozenset((identity(key), identity(item)) for key, item in value.items()))
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        return ("array", str(value.dtype), identity(value.tolist()))
    return (type(value).__module__, type(value).__qualname__, label_of(value))


def label_of(value: object) -> str:
    """Return a value's text: itself, or the one line of its repr."""
    return value if isinstance(value, str) else " ".join(repr(value).split())


def labels_of(values: Sequence[object]) -> tuple[str, ...]:
    """Return the text each of some values travels under: quoted where another one reads the same.

    An object's address is no part of it, as it is another one in each process.

    >>> labels_of([True, "True", None])
    ('True', "'True'", 'None')
    """
    texts = [ADDRESS.sub("", label_of(value)) for value in values]
    labels = [
        repr(value) if isinstance(value, str) and texts.count(text) > 1 else text
        for value, text in zip(values, texts, strict=True)
    ]
    return tuple(map(_numbered, range(len(labels)), [labels] * len(labels), values))


def _numbered(index: int, labels: Sequence[str], value: object) -> str:
    """Return a label; of objects that differ in their address only, with their number."""
    before = list(labels[:index]).count(labels[index])
    return f"{labels[index]} #{before + 1}" if before and _has_address(value) else labels[index]


def _has_address(value: object) -> bool:
    return not isinstance(value, str) and bool(ADDRESS.search(label_of(value)))
