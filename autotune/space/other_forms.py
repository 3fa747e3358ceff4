"""Ranges in other forms: Python's and NumPy's sequences, and the objects of other libraries.

Nothing is imported: an object of another library exists only where that is loaded.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

from autotune.errors import SettingError
from autotune.space.domains import Choice, Domain, Float, Int, LogNormal, Normal
from autotune.space.labels import ParamValue, label_of
from autotune.space.scale import is_number

Reader: TypeAlias = Callable[[Any], Domain | None]

WAY_OUT = "Use Float(low, high, log=True), Int(low, high), Normal(mean, std) or a list of values."


def plain_number(value: ParamValue) -> ParamValue:
    """Return a NumPy scalar as the plain value it holds; all else unchanged."""
    return value.item() if getattr(value, "shape", None) == () else value


def number_in(text: object) -> float | int | None:
    """Return the number that a text is, such as ``5`` or ``1e-3``; None for all else.

    >>> number_in("5"), number_in("1e-3"), number_in("sqrt"), number_in(5)
    (5, 0.001, None, None)
    """
    if not isinstance(text, str) or "_" in text:
        return None
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if is_number(number) else None
    return None


def read_other(value: ParamValue) -> Domain | None:
    """Return the range that a sequence or another library's object means; None for other values.

    Raises:
        SettingError: if it is a range of another library that has no equal here.
    """
    listed = _listed(value)
    if listed is not None:
        return listed
    if hasattr(value, "get_params"):  # an estimator, which may well have a method sample
        return None
    package = type(value).__module__.partition(".")[0]
    read = READERS.get(package)
    domain = read(value) if read else None
    if domain is None and _is_foreign(value, package):
        raise SettingError(
            f"must be a range of autotune's: {package}'s {type(value).__name__} has no equal here",
            WAY_OUT,
            value=value,
            got=label_of(value),
        )
    return domain


def _is_foreign(value: object, package: str) -> bool:
    """Return whether an object draws values: it is no value itself."""
    if isinstance(value, type) or package == "builtins":
        return False
    return package in DRAWING and not callable(getattr(value, "fit", None))


def _listed(value: ParamValue) -> Domain | None:
    """Return the range of a ``range``, or the choices of an array, a set or an index."""
    if isinstance(value, range):
        return _counted(value)
    if isinstance(value, AbstractSet):
        return Choice(sorted(value, key=_place))
    shape = getattr(value, "shape", None)
    if shape and hasattr(value, "tolist"):
        if len(shape) != 1:
            raise SettingError(
                "an array must have one dimension",
                "Give a list of the values.",
                value=value,
                got=f"{len(shape)}",
            )
        return _choices(value.tolist())
    return None


def _choices(values: Sequence[ParamValue]) -> Choice:
    try:
        return Choice(values)
    except SettingError as error:
        raise error.hinted("Take each value once: numpy.unique(…).") from None


def _place(value: ParamValue) -> tuple[bool, float, str]:
    """Return what orders a set's values: numbers by size, then others by their text."""
    return (not is_number(value), value if is_number(value) else 0, label_of(value))


def _counted(numbers: range) -> Domain:
    if not numbers:
        raise SettingError("a range must hold a number", value=numbers, got=repr(numbers))
    low, high = min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1])
    return Int(low, high, step=abs(numbers.step) if low < high else 1)


def _of_scipy(value: Any) -> Domain | None:
    """Return a frozen distribution of scipy.stats as a range."""
    distribution = getattr(value, "dist", None)
    if distribution is None:
        return None
    shapes, loc, scale = distribution._parse_args(*value.args, **value.kwds)
    loc, scale, shapes = *map(plain_number, (loc, scale)), tuple(map(plain_number, shapes))
    match distribution.name:
        case "uniform":
            return Float(loc, loc + scale)
        case "loguniform" | "reciprocal" if loc == 0:
            return Float(shapes[0] * scale, shapes[1] * scale, log=True)
        case "randint":
            return Int(shapes[0] + loc, shapes[1] + loc - 1)
        case "norm":
            return Normal(loc, scale)
        case "lognorm" if loc == 0:
            return LogNormal(math.log(scale), shapes[0])
    return None


def _of_optuna(value: Any) -> Domain | None:
    """Return a distribution of Optuna's as a range."""
    match type(value).__name__:
        case "FloatDistribution":
            return Float(value.low, value.high, log=value.log, step=value.step)
        case "IntDistribution":
            return Int(value.low, value.high, log=value.log, step=value.step)
        case "CategoricalDistribution":
            return Choice(list(value.choices))
    return None


def _of_ray(value: Any) -> Domain | None:
    """Return a domain of Ray Tune's as a range; its integers leave out their upper end."""
    if hasattr(value, "categories"):
        return Choice(list(value.categories))
    if not hasattr(value, "sampler"):
        return None
    quantum, sampler = None, value.sampler
    if type(sampler).__name__ == "Quantized":
        quantum, sampler = sampler.q, sampler.sampler
    kind, name = type(value).__name__, type(sampler).__name__.lstrip("_")
    if kind == "Float" and name == "Normal":
        return Normal(sampler.mean, sampler.sd, q=quantum)
    log = name == "LogUniform"
    if kind == "Float" and (log or name == "Uniform"):
        return Float(value.lower, value.upper, log=log, q=quantum)
    if kind == "Integer" and (log or name == "Uniform") and quantum in (None, 1):
        return Int(value.lower, value.upper - (quantum is None), log=log)
    return None


def _of_skopt(value: Any) -> Domain | None:
    """Return a dimension of scikit-optimize's as a range."""
    if hasattr(value, "categories"):
        return Choice(list(value.categories))
    log = getattr(value, "prior", "uniform") == "log-uniform"
    match type(value).__name__:
        case "Real":
            return Float(value.low, value.high, log=log)
        case "Integer":
            return Int(value.low, value.high, log=log)
    return None


def _of_sagemaker(value: Any) -> Domain | None:
    """Return a parameter range of SageMaker's SDK as a range."""
    if hasattr(value, "values"):
        return Choice(list(value.values))
    if not hasattr(value, "min_value"):
        return None
    log = SAGEMAKER_SCALES.get(getattr(value, "scaling_type", "Auto"), "auto")
    kind = Int if type(value).__name__.startswith("Integer") else Float
    return kind(value.min_value, value.max_value, log=log)


SAGEMAKER_SCALES: Mapping[str, Any] = {
    "Linear": False,
    "Logarithmic": True,
    "ReverseLogarithmic": "reverse",
}
READERS: dict[str, Reader] = {
    "scipy": _of_scipy,
    "optuna": _of_optuna,
    "ray": _of_ray,
    "skopt": _of_skopt,
    "sagemaker": _of_sagemaker,
}
# Packages whose objects draw values, or describe a search space, and are never values.
DRAWING = frozenset({"scipy", "optuna", "ray", "skopt", "sagemaker", "hyperopt", "ConfigSpace"})
