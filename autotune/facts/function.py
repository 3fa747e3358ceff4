"""What is read off a function: its hyperparameters, and whether it reports on the way."""

import inspect
from collections.abc import Callable
from typing import Any

from autotune.errors import SettingError


def params_of(function: Callable[..., object]) -> dict[str, Any]:
    """Return the hyperparameters of a function: the defaults in its signature.

    Raises:
        SettingError: if a parameter has no default, or the function takes any arguments.
    """
    name = getattr(function, "__name__", "the function")
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise SettingError(
            f"{name} must be a Python function whose signature can be read."
        ) from None
    missing = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    if missing or not parameters:
        got = f"none for {', '.join(missing)}" if missing else "no parameters"
        raise SettingError(
            f"{name} must have a default for each of its hyperparameters, got {got}.",
            "For example: def train(lr=0.01).",
        )
    return {parameter.name: parameter.default for parameter in parameters}
