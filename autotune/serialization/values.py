"""Hyperparameter values as plain data and back, also tuples, estimators and functions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any, TypeAlias

from autotune.errors import SettingError, did_you_mean
from autotune.script import ScriptSpec
from autotune.serialization.cloning import cloned
from autotune.serialization.splitters import is_splitter, splitter_params

Parametrized: TypeAlias = Any  # has get_params and set_params, as scikit-learn asks

# Classes of ours that plan files of earlier releases name by the module they were in then.
MOVED = {"autotune.several.OneOf": "autotune.facts.algorithm_choice.OneOf"}


@dataclass(frozen=True)
class Opaque:
    """A value that a file cannot hold; a plan that needs it refuses to run."""

    text: str
    """The value's text."""

    def __repr__(self) -> str:
        return self.text


def public_names(cls: type) -> list[str]:
    """Return the dotted names under which loaded modules offer the class, the shortest first.

    ``__module__`` is often a private path, and need not exist as written:
    `HistGradientBoostingClassifier` says so.
    """
    import sys

    parts = cls.__module__.split(".")
    paths = [".".join(parts[:i]) for i in range(1, len(parts) + 1)]
    return [
        f"{path}.{cls.__name__}"
        for path in paths
        if getattr(sys.modules.get(path), cls.__name__, None) is cls
    ]


def class_names(cls: type) -> tuple[str, ...]:
    """Return the public names of the class, then those of the classes it derives from."""
    return tuple(dict.fromkeys(name for base in cls.__mro__[:-1] for name in public_names(base)))


def dotted_name(obj: object) -> str:
    """Return the shortest public dotted name of a class or function."""
    if isinstance(obj, type):
        return next(iter(public_names(obj)), f"{obj.__module__}.{obj.__qualname__}")
    return f"{getattr(obj, '__module__', '?')}.{getattr(obj, '__qualname__', type(obj).__name__)}"


def load_dotted(name: str) -> Any:
    """Import what a dotted name names.

    Raises:
        SettingError: if there is no such module or name.
    """
    module, _, attribute = MOVED.get(name, name).rpartition(".")
    try:
        loaded = import_module(module)
        return getattr(loaded, attribute)
    except (ImportError, ValueError) as error:
        raise SettingError(f"{name!r} must be a name that can be imported: {error}.") from None
    except AttributeError as error:
        names = [listed for listed in dir(loaded) if not listed.startswith("_")]
        raise SettingError(
            f"{name!r} must be a name that can be imported: {error}.",
            did_you_mean(attribute, names),
        ) from None


def is_estimator(value: object) -> bool:
    """Return whether the value is an estimator as in scikit-learn: an instance with get_params."""
    return hasattr(value, "get_params") and not isinstance(value, type)


def to_plain(value: object) -> Any:
    """Return the value as JSON-safe data, or its text, marked as opaque, if it has no such form."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return _number(value)
        case Opaque():
            return {"opaque": value.text}
        case ScriptSpec():
            return {"script": {key: to_plain(item) for key, item in value.describe().items()}}
        case tuple():
            return {"tuple": [to_plain(item) for item in value]}
        case list():
            return [to_plain(item) for item in value]
        case dict():
            plain = {key: to_plain(item) for key, item in value.items() if isinstance(key, str)}
            if len(plain) == len(value) and not is_tagged(plain):
                return plain
            return {"mapping": [[to_plain(key), to_plain(item)] for key, item in value.items()]}
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return to_plain(value.item())
    dtype = getattr(value, "dtype", None)
    if hasattr(value, "tolist") and getattr(dtype, "kind", "O") in "biuf":
        return {"array": to_plain(value.tolist()), "dtype": str(dtype)}
    return _object(value)


def _number(value: float) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(float(value))}
    return float(value) if isinstance(value, float) else int(value)


def _object(value: object) -> Any:
    name = public_name(value)
    if name:
        return {"name": name}
    if is_estimator(value) and public_name(type(value)):
        return {
            "estimator": public_name(type(value)),
            "params": {name: to_plain(item) for name, item in own_params(value).items()},
        }
    if is_splitter(value) and public_name(type(value)):
        params = splitter_params(value)
        if params is not None:
            plain = {name: to_plain(item) for name, item in params.items()}
            return {"splitter": public_name(type(value)), "params": plain}
    return {"opaque": _text(value)}


def public_name(value: object) -> str | None:
    """Return the dotted name by which a class or function can be imported, or None."""
    if not isinstance(value, type) and not (callable(value) and hasattr(value, "__qualname__")):
        return None
    name = dotted_name(value)
    return name if _imports_as(name, value) else None


def own_params(estimator: Parametrized) -> dict[str, Any]:
    """Return the parameters that differ from the constructor's defaults."""
    defaults = signature_defaults(type(estimator))
    params: dict[str, Any] = estimator.get_params(deep=False)
    return {
        name: value
        for name, value in params.items()
        if name not in defaults or differs(value, defaults[name])
    }


def with_params(estimator: Parametrized, params: Mapping[str, object]) -> Any:
    """Return a clone of the estimator with hyperparameters set, estimators among them cloned.

    None on a name that its ``get_params`` lacks stays unset: CatBoost lists only what was set, and
    cannot be cloned with None.
    """
    from sklearn.base import clone

    copy = cloned(estimator)
    listed = copy.get_params()
    copy.set_params(
        **{
            name: clone(value) if is_estimator(value) else value
            for name, value in params.items()
            if value is not None or name in listed
        }
    )
    return copy  # a frozen estimator's set_params returns nothing


def without_aliases(estimator: Parametrized, real_names: Mapping[str, str]) -> Any:
    """Return the estimator with its own names in place of the aliases it was given.

    Only its class can forget an alias: it is made anew. An estimator without aliases is returned
    as it is.
    """
    listed = estimator.get_params() if real_names else {}
    for alias, name in real_names.items():
        if alias not in listed:
            continue
        prefix = alias[: len(alias) - len(alias.rpartition("__")[2])]
        owner = listed[prefix.removesuffix("__")] if prefix else estimator
        params = owner.get_params(deep=False)
        params[name.removeprefix(prefix)] = params.pop(alias.removeprefix(prefix))
        anew = type(owner)(**params)
        estimator = with_params(estimator, {prefix.removesuffix("__"): anew}) if prefix else anew
    return estimator


def signature_defaults(cls: type) -> dict[str, Any]:
    """Return the defaults of a constructor's parameters.

    Where it passes ``**kwargs`` on, those of the base class's constructor are added.
    """
    import inspect

    defaults: dict[str, Any] = {}
    for base in cls.__mro__[:-1]:
        if "__init__" in vars(base):
            parameters = inspect.signature(base.__init__).parameters.values()  # type: ignore[misc]
            defaults |= {
                parameter.name: parameter.default
                for parameter in parameters
                if parameter.default is not parameter.empty and parameter.name not in defaults
            }
            if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
                break
    return defaults


def differs_from_itself(value: object) -> bool:
    """Return whether the value is NaN or NA of any library: it is not equal to itself."""
    try:
        return bool(value != value)  # noqa: PLR0124
    except TypeError:  # of NA, that is NA, too
        return True


def differs(value: object, default: object) -> bool:
    """Return whether two values differ, also where comparing them gives an array or fails."""
    if value is default:
        return False
    if type(value) is not type(default):
        return True
    try:
        # A value that is not equal to itself is NaN: two of them are the same default.
        return not bool(value == default) and not (
            differs_from_itself(value) and differs_from_itself(default)
        )
    except (TypeError, ValueError):
        return True


def _imports_as(name: str, value: object) -> bool:
    if "<" in name or name.startswith("__main__."):
        return False
    try:
        return load_dotted(name) is value
    except SettingError:
        return False


def _text(value: object) -> str:
    return " ".join(repr(value).split())


_TAGS = (
    {"tuple"},
    {"float"},
    {"opaque"},
    {"name"},
    {"estimator", "params"},
    {"script"},
    {"splitter", "params"},
    {"mapping"},
    {"array", "dtype"},
)


def is_tagged(plain: object) -> bool:
    """Return whether plain data stands for a value that plain data cannot hold."""
    return isinstance(plain, dict) and set(plain) in _TAGS


def from_plain(plain: object) -> Any:
    """Return the value that `to_plain` wrote.

    Raises:
        SettingError: if it names a class or function that cannot be imported here.
    """
    if isinstance(plain, list):
        return [from_plain(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    match plain:
        case {"tuple": list(items)} if len(plain) == 1:
            return tuple(from_plain(item) for item in items)
        case {"float": str(text)} if len(plain) == 1:
            return float(text)
        case {"opaque": str(text)} if len(plain) == 1:
            return Opaque(text)
        case {"mapping": [*pairs]} if len(plain) == 1:
            return {_key(key): from_plain(item) for key, item in pairs}
        case {"array": list(items), "dtype": str(dtype)} if len(plain) == 2:
            return _array(from_plain(items), dtype)
        case {"name": str(name)} if len(plain) == 1:
            return load_dotted(name)
        case {"estimator": str(name), "params": dict(params)} if len(plain) == 2:
            return _estimator(name, {key: from_plain(item) for key, item in params.items()})
        case {"splitter": str(name), "params": dict(params)} if len(plain) == 2:
            return _splitter(name, {key: from_plain(item) for key, item in params.items()})
        case {"script": dict(script)} if len(plain) == 1:
            return script_from(script)
    return {key: from_plain(item) for key, item in plain.items()}


def _key(plain: object) -> Any:
    """Return the key of a mapping whose keys are not all texts; a list cannot be one."""
    key = from_plain(plain)
    try:
        hash(key)
    except TypeError:
        raise SettingError(f"a mapping's key must be a number or text, got {key!r}.") from None
    return key


def _array(items: list[Any], dtype: str) -> Any:
    import numpy as np

    try:
        return np.array(items, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise SettingError(f"an array must hold {dtype} values: {error}.") from None


def _estimator(name: str, params: Mapping[str, object]) -> Any:
    """Return an estimator of the class that a file names; only an estimator's class is called."""
    cls = load_dotted(name)
    if not (isinstance(cls, type) and hasattr(cls, "get_params")):
        raise SettingError(f"{name!r} must be an estimator's class, got {type(cls).__name__}.")
    try:
        return cls(**params)
    except (TypeError, ValueError) as error:
        raise SettingError(
            f"{name!r} must take the hyperparameters {', '.join(params)}: {error}."
        ) from None


def _splitter(name: str, params: Mapping[str, object]) -> Any:
    """Return a splitter of the class that a file names; only a splitter's class is called."""
    cls = load_dotted(name)
    if not (isinstance(cls, type) and hasattr(cls, "split") and hasattr(cls, "get_n_splits")):
        raise SettingError(f"{name!r} must be a splitter's class, got {type(cls).__name__}.")
    try:
        return cls(**params)
    except (TypeError, ValueError) as error:
        raise SettingError(f"{name!r} must take {', '.join(params)}: {error}.") from None


def readable(plain: object) -> Any:
    """Return plain data that any machine reads: what cannot be imported is known by its name."""
    if isinstance(plain, list):
        return [readable(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    if not is_tagged(plain):
        return {key: readable(item) for key, item in plain.items()}
    try:
        from_plain(plain)
    except SettingError:
        return {
            "opaque": plain.get("name")
            or plain.get("estimator")
            or plain.get("splitter")
            or _text(plain)
        }
    return plain


def script_from(described: Mapping[str, object]) -> ScriptSpec:
    """Return the script that plain data describes, by the names of its arguments.

    Raises:
        SettingError: if a name is unknown, or a value cannot be used.
    """
    names = [field.name for field in fields(ScriptSpec)]
    for name in described:
        if name not in names:
            raise SettingError(
                f"script: {name!r} must be one of its names.", did_you_mean(name, names)
            )
    if "command" not in described:
        raise SettingError("script: must have a command.", "For example command: train.py")
    return ScriptSpec(**{key: from_plain(value) for key, value in described.items()})


def holds_opaque(value: object) -> bool:
    """Return whether a value is, or holds, one that a file kept as its text only."""
    if isinstance(value, Mapping):
        return any(map(holds_opaque, value.values()))
    if isinstance(value, list | tuple):
        return any(map(holds_opaque, value))
    return isinstance(value, Opaque)


def has_opaque(plain: object) -> bool:
    """Return whether plain data holds a value known by its text only."""
    if isinstance(plain, list):
        return any(map(has_opaque, plain))
    return isinstance(plain, dict) and (
        set(plain) == {"opaque"} or any(map(has_opaque, plain.values()))
    )
