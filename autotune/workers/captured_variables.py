"""The variable of a program that keeps a function or an object from traveling to a worker."""

import inspect
from collections.abc import Callable, Iterator
from types import FunctionType

MAX_DEPTH = 5  # functions that call functions


def captured_culprit(value: object, travels: Callable[[object], bool]) -> str:
    """Return the name of a variable that code uses and that cannot travel, or an empty string.

    Args:
        value: A function, a method, a `functools.partial`, an object or a class.
        travels: Whether an object can be pickled.
    """
    return _culprit(value, travels, MAX_DEPTH)


def _culprit(value: object, travels: Callable[[object], bool], depth: int) -> str:
    for function in _functions(value):
        for name, variable in _variables(function).items():
            if not travels(variable):
                return (depth > 0 and _culprit(variable, travels, depth - 1)) or name
    return ""


def _functions(value: object) -> Iterator[FunctionType]:
    """Yield the functions that run when the value is called, or those of its class."""
    value = getattr(value, "func", value)
    value = getattr(value, "__func__", value)
    if isinstance(value, FunctionType):
        yield value
        return
    owner = value if isinstance(value, type) else type(value)
    yield from (member for member in vars(owner).values() if isinstance(member, FunctionType))


def _variables(function: FunctionType) -> dict[str, object]:
    """Return the globals and the closed-over variables that a function uses."""
    try:
        variables = inspect.getclosurevars(function)
    except ValueError:  # a closure's cell is still empty
        return {}
    return {**variables.nonlocals, **variables.globals}
