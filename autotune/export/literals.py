"""Values as Python code: plain data, numpy's scalars, classes and functions by name, estimators by their hyperparameters."""

import inspect
import math
from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from autotune.errors import EngineError
from autotune.export.formatting import Group, Node
from autotune.export.imports import Imports
from autotune.serialization.values import Opaque, differs, is_estimator, own_params, public_name

PLAIN = (type(None), bool, int, float, str, bytes, complex)


def value_code(value: Any, imports: Imports, where: str) -> Node:
    """Return a value as code; ``where`` names it in errors.

    Raises:
        EngineError: if it has no such form, naming the attribute.
    """
    if type(value) in PLAIN:
        return _plain(value)
    if type(value) is tuple or type(value) is list:
        items = [("", value_code(v, imports, f"{where}[{i}]")) for i, v in enumerate(value)]
        return (
            Group("(", items, ")", lone=len(value) == 1)
            if type(value) is tuple
            else Group("[", items, "]")
        )
    if type(value) is dict:
        pairs = [
            (f"{_key(k, where)}: ", value_code(v, imports, f"{where}[{k!r}]"))
            for k, v in value.items()
        ]
        return Group("{", pairs, "}")
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value_code(value.item(), imports, where)
    name = public_name(value)
    if name:
        return imports.name(name)
    return _object(value, imports, where)


def _plain(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value!r}")'
    return text_code(value) if isinstance(value, str) else repr(value)


def text_code(text: str) -> str:
    """Return a text's literal, in double quotes where that needs no escape, as formatters have it."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in text else plain


def _key(key: Any, where: str) -> str:
    if type(key) not in PLAIN:
        raise EngineError(f"{where} must have plain keys to be written as code, got {key!r}.")
    return _plain(key)


def _object(value: Any, imports: Imports, where: str) -> Node:
    """Return an object as a call of its class: an estimator, or one whose arguments are its attributes."""
    cls = public_name(type(value))
    params = (
        None
        if isinstance(value, Opaque)
        else own_params(value)
        if is_estimator(value)
        else _attributes(value)
    )
    if cls is None or params is None:
        raise EngineError(
            f"{where} cannot be written as code, got {' '.join(repr(value).split())[:80]}.",
            "Use a class or function of a module that can be imported, or plain values.",
        )
    return call_code(
        imports.name(cls), {n: value_code(v, imports, f"{where}.{n}") for n, v in params.items()}
    )


def call_code(name: str, arguments: Mapping[str, Node]) -> Group:
    """Return a call with keywords; names that are none of Python's go through a dict."""
    plain = {n: v for n, v in arguments.items() if n.isidentifier() and not iskeyword(n)}
    others = [(f"{text_code(n)}: ", v) for n, v in arguments.items() if n not in plain]
    items: list[tuple[str, Node]] = [(f"{n}=", v) for n, v in plain.items()]
    return Group(f"{name}(", [*items, *([("**", Group("{", others, "}"))] if others else [])], ")")


def _attributes(value: Any) -> dict[str, Any] | None:
    """Return the constructor's arguments of an object that keeps each as an attribute, or None where it does not."""
    try:
        parameters = inspect.signature(type(value)).parameters.values()
        params = {p.name: getattr(value, p.name) for p in parameters}
        again = type(value)(**params)
    except Exception:  # any class's own code runs here; what cannot be made again cannot be written
        return None
    if (
        not params
        or set(vars(again)) != set(vars(value))
        or any(differs(vars(again)[n], v) for n, v in vars(value).items())
    ):
        return None
    return {p.name: params[p.name] for p in parameters if differs(params[p.name], p.default)}
