"""Whether a function reports metrics on the way, by itself or by the functions that it calls."""

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from autotune.workers import trial_context

DEPTH = 4  # calls that are followed


def reports(function: Callable[..., object]) -> bool:
    """Return whether a function reports metrics step by step.

    It does where it yields them, returns a generator of them, or where its code, or that of a
    function of the same package that it names, names ``autotune.report``.
    """
    plain = _plain_function(function)
    return plain is not None and (_gives_steps(plain) or _names_report(plain, DEPTH, set()))


def calls_report(function: Callable[..., object]) -> bool:
    """Return whether a function's code, or that of one it names, names ``autotune.report``."""
    plain = _plain_function(function)
    return plain is not None and _names_report(plain, DEPTH, set())


def _plain_function(function: object) -> FunctionType | None:
    """Return what runs where an object is called: under partial, decorators, or as a method."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType):
        bound = getattr(function, "__func__", None)
        function = bound or vars(type(function)).get("__call__", function)
    return function if isinstance(function, FunctionType) else None


def _gives_steps(function: FunctionType) -> bool:
    if inspect.isgeneratorfunction(function):
        return True
    return any(
        isinstance(value, ast.GeneratorExp)
        or (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and inspect.isgeneratorfunction(_named(function).get(value.func.id))
        )
        for value in _returned(function)
    )


def _returned(function: FunctionType) -> Iterator[ast.expr]:
    """Yield the expressions that a function returns, also by a name that it gave them."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return  # typed by hand, or a lambda amid other code
    assigned: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            assigned[node.targets[0].id] = node.value
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value
            yield assigned.get(value.id, value) if isinstance(value, ast.Name) else value


def _named(function: FunctionType) -> dict[str, Any]:
    """Return what the names of a function's code stand for: globals, and those it closes over."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    closed = {name: _content(cell) for name, cell in cells}
    return {**function.__globals__, **closed}


def _content(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not given a value as yet
        return None


def _names_report(function: FunctionType, depth: int, seen: set[int]) -> bool:
    names, values = set(_names_in(function.__code__)), _named(function)
    if id(function) in seen:
        return False
    seen.add(id(function))
    if {"report", "autotune"} <= names or _stands_for_report(names, values):
        return True
    return depth > 0 and any(
        _names_report(called, depth - 1, seen) for called in _called(function, names, values)
    )


def _stands_for_report(names: set[str], values: Mapping[str, Any]) -> bool:
    return any(
        values.get(name) is trial_context.report
        or (
            isinstance(values.get(name), ModuleType)
            and any(
                getattr(values[name], attribute, None) is trial_context.report
                for attribute in names & {"report"}
            )
        )
        for name in names
    )


def _called(
    function: FunctionType, names: set[str], values: Mapping[str, Any]
) -> Iterator[FunctionType]:
    """Yield the functions and methods of the same package that a function's code names."""
    package = function.__module__.partition(".")[0]
    for name in sorted(names & set(values)):
        value = values[name]
        parts = vars(value).values() if isinstance(value, type) else [value]
        for part in parts:
            plain = _plain_function(part) if callable(part) else None
            if plain is not None and plain.__module__.partition(".")[0] == package:
                yield plain


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the names that code uses, and the code of the functions defined in it."""
    yield from code.co_names
    yield from code.co_freevars
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
