"""Splitters as plain data: their class, and what it is made with."""

import inspect
from collections.abc import Mapping
from typing import Any


def is_splitter(value: object) -> bool:
    """Return whether a value splits rows into folds, and says into how many."""
    return not isinstance(value, type) and all(
        callable(getattr(value, name, None)) for name in ("split", "get_n_splits")
    )


def splitter_params(splitter: object) -> dict[str, Any] | None:
    """Return what a splitter's class is called with for another like it; None if it does not tell.

    As scikit-learn's own text of a splitter has it: attributes by the names of the arguments, or
    what a repeated splitter hands on.
    """
    params: dict[str, Any] = {}
    further: Mapping[str, Any] = getattr(splitter, "cvargs", {})
    for name, parameter in inspect.signature(type(splitter)).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if not hasattr(splitter, name) and name not in further:
            return None
        params[name] = getattr(splitter, name) if hasattr(splitter, name) else further[name]
    return params if _makes_again(splitter, params) else None


def _makes_again(splitter: object, params: Mapping[str, Any]) -> bool:
    """Return whether its class makes one of the same attributes: it has no state of its own."""
    try:
        attributes, copied = vars(splitter), vars(type(splitter)(**params))
        return attributes.keys() == copied.keys() and all(
            value is copied[name] or bool(value == copied[name])
            for name, value in attributes.items()
        )
    except Exception:  # a class's own code runs here
        return False
