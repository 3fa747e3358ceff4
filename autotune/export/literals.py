"""Values as Python code: plain data, names that can be imported, and calls that make objects."""

import inspect
import math
from collections.abc import Iterable, Mapping
from keyword import iskeyword

from autotune.errors import EngineError
from autotune.export.formatting import Group, Node
from autotune.export.imports import Imports
from autotune.serialization.splitters import is_splitter, splitter_params
from autotune.serialization.values import Opaque, differs, is_estimator, own_params, public_name

PLAIN = (type(None), bool, int, float, str, bytes, complex)


def value_code(value: object, imports: Imports, where: str) -> Node:
    """Return a value as code; ``where`` names it in errors.

    Raises:
        EngineError: if it has no such form, naming the attribute.
    """
    if type(value) in PLAIN:
        return plain_code(value)
    if type(value) in (tuple, list):
        return _sequence(value, imports, where)  # type: ignore[arg-type]
    if type(value) is dict:
        codes = {k: value_code(v, imports, f"{where}[{k!r}]") for k, v in value.items()}
        return Group("{", [(f"{_key(k, where)}: ", code) for k, code in codes.items()], "}")
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value_code(value.item(), imports, where)
    name = public_name(value)
    return imports.name(name) if name else _object(value, imports, where)


def _sequence(values: tuple[object, ...] | list[object], imports: Imports, where: str) -> Group:
    codes = [value_code(v, imports, f"{where}[{i}]") for i, v in enumerate(values)]
    if isinstance(values, tuple):
        return Group("(", [("", code) for code in codes], ")", lone=len(codes) == 1)
    return Group("[", [("", code) for code in codes], "]")


def plain_code(value: object) -> str:
    """Return the code of a value that is its own literal, such as a number or a text."""
    if isinstance(value, str):
        return text_code(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value!r}")'
    return repr(value)


def text_code(text: str) -> str:
    """Return a text's literal, in double quotes if that needs no escape, as formatters have it."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in text else literal


def dict_code(codes: Mapping[str, Node]) -> Group:
    """Return a dict with texts as keys."""
    return Group("{", [(f"{text_code(key)}: ", code) for key, code in codes.items()], "}")


def tuple_code(values: Iterable[object]) -> Group:
    """Return a tuple of plain values."""
    codes = [plain_code(value) for value in values]
    return Group("(", [("", code) for code in codes], ")", lone=len(codes) == 1)


def _key(key: object, where: str) -> str:
    if type(key) not in PLAIN:
        raise EngineError(f"{where} must have plain keys to be written as code, got {key!r}.")
    return plain_code(key)


def _object(value: object, imports: Imports, where: str) -> Node:
    """Return an object as a call of its class."""
    name, params = public_name(type(value)), _constructor_arguments(value)
    if name is None or params is None:
        raise EngineError(
            f"{where} cannot be written as code, got {' '.join(repr(value).split())[:80]}.",
            "Use a class or function of a module that can be imported, or plain values.",
        )
    codes = {n: value_code(v, imports, f"{where}.{n}") for n, v in params.items()}
    return call_code(imports.name(name), codes)


def _constructor_arguments(value: object) -> dict[str, object] | None:
    """Return the arguments by which an object's class makes it again; None if they are unknown."""
    if isinstance(value, Opaque):
        return None
    if is_estimator(value):
        return own_params(value)
    return _attributes(value) or (splitter_params(value) if is_splitter(value) else None)


def call_code(name: str, arguments: Mapping[str, Node]) -> Group:
    """Return a call with keywords; names that are none of Python's go through a dict."""
    keywords = {n: v for n, v in arguments.items() if n.isidentifier() and not iskeyword(n)}
    items: list[tuple[str, Node]] = [(f"{n}=", v) for n, v in keywords.items()]
    if len(keywords) < len(arguments):
        items.append(("**", dict_code({n: v for n, v in arguments.items() if n not in keywords})))
    return Group(f"{name}(", items, ")")


def _attributes(value: object) -> dict[str, object] | None:
    """Return the constructor's arguments of an object whose attributes they are, else None."""
    try:
        parameters = inspect.signature(type(value)).parameters.values()
        params = {p.name: getattr(value, p.name) for p in parameters}
        copy = type(value)(**params)
    except Exception:  # a class's own code runs here: what cannot be made again cannot be written
        return None
    attributes, copied = vars(value), vars(copy)
    if not params or set(copied) != set(attributes):
        return None
    if any(differs(copied[n], v) for n, v in attributes.items()):
        return None
    return {p.name: params[p.name] for p in parameters if differs(params[p.name], p.default)}
