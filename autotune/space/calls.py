"""Domains say how they are called: the ends by position, each option by its name."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from autotune.errors import SettingError

Class = TypeVar("Class", bound=type[Any])


def called_as(form: str) -> Callable[[Class], Class]:
    """Return a class decorator that refuses a wrong call in one line that shows the form.

    >>> @called_as("At(x)")
    ... class At:
    ...     def __init__(self, x): ...
    >>> At(1, 2)
    Traceback (most recent call last):
    autotune.errors.SettingError: At must be called as At(x), got too many positional arguments.
    """

    def decorate(cls: Class) -> Class:
        original = cls.__init__

        @wraps(original)
        def init(self: object, *values: object, **options: object) -> None:
            try:
                original(self, *values, **options)
            except TypeError:
                # Only a wrong call is explained; a mistake within the class keeps its traceback.
                _check_call(cls.__name__, original, form, (self, *values), options)
                raise

        cls.__init__ = init
        return cls

    return decorate


def _check_call(
    name: str,
    function: Callable[..., None],
    form: str,
    values: tuple[object, ...],
    options: dict[str, object],
) -> None:
    try:
        inspect.signature(function).bind(*values, **options)
    except TypeError as mistake:
        raise SettingError(
            f"{name} must be called as {form}", name=name, got=str(mistake).removeprefix("got ")
        ) from None
