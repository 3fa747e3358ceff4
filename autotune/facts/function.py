"""What is read off a function: its hyperparameters."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from autotune.errors import SettingError


@dataclass(frozen=True)
class Arguments:
    """The arguments of a function that are its hyperparameters."""

    defaults: dict[str, Any]
    """The default of each that has one."""
    required: frozenset[str]
    """Those without a default, which a range must give."""
    bound: frozenset[str]
    """Those that ``functools.partial`` gave by name: data, unless a range names them."""
    open: bool
    """Whether any other name is accepted too, as ``**kwargs`` does."""


def arguments_of(function: Callable[..., object]) -> Arguments:
    """Return the hyperparameters of a function, a method, a partial or an object that is called.

    Raises:
        SettingError: if the signature cannot be read, or no argument can be given by its name.
    """
    name = name_of(function)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise SettingError(
            f"{name} must be a Python function whose signature can be read."
        ) from None
    by_place = [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY and p.default is p.empty]
    if by_place:
        raise SettingError(
            f"{name} must take its hyperparameters by name, not by place only",
            "Bind data by functools.partial.",
            got=", ".join(by_place),
        )
    bound = frozenset(_bound(function))
    named = [
        p
        for p in parameters
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name not in bound
    ]
    is_open = any(p.kind is p.VAR_KEYWORD for p in parameters)
    if not named and not is_open and not bound:
        raise SettingError(
            f"{name} must have hyperparameters as its parameters, got no parameters.",
            "For example: def train(lr=0.01).",
        )
    return Arguments(
        {p.name: p.default for p in named if p.default is not p.empty},
        frozenset(p.name for p in named if p.default is p.empty),
        bound,
        is_open,
    )


def params_of(function: Callable[..., object]) -> dict[str, Any]:
    """Return the hyperparameters of a function that have a default, with it; errors as above."""
    return arguments_of(function).defaults


def name_of(function: object) -> str:
    """Return a function's short name; of a partial that of the function within."""
    while isinstance(function, partial):
        function = function.func
    return str(getattr(function, "__name__", type(function).__name__))


def plain_function(function: object) -> object:
    """Return the function within a partial, a method or an object that is called."""
    while isinstance(function, partial):
        function = function.func
    if not inspect.isroutine(function):
        function = vars(type(function)).get("__call__", function)
    return getattr(function, "__func__", function)


def _bound(function: object) -> set[str]:
    names: set[str] = set()
    while isinstance(function, partial):
        names |= set(function.keywords)
        function = function.func
    return names
