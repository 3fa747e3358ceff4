"""What is read off a function: its hyperparameters, and whether it reports on the way."""

import inspect
from collections.abc import Callable
from typing import Any

from autotune.errors import SettingError
from autotune.workers import trial_context


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


def reports(function: Callable[..., object]) -> bool:
    """Return whether a function reports metrics step by step.

    It does where it yields them, or where its code names ``autotune.report``.
    """
    if inspect.isgeneratorfunction(function):
        return True
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    return "report" in names and (
        "autotune" in names
        or getattr(function, "__globals__", {}).get("report") is trial_context.report
    )
