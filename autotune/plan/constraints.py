"""Limits on what a trial records, such as ``<= 5`` for its latency: how they are read and judged.

Programs carry `violation` and `violations`, so that these need Python's standard library alone.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.space.scale import is_number

EXAMPLE = "{'latency': '<= 5'}"
LIMIT = re.compile(r"\s*(<=|>=|<|>)\s*(\S+)\s*")
OF_CROSS_VALIDATION = ("fit_seconds", "std")
"""What cross-validation records beside metrics: a fit's mean seconds, and the folds' deviation."""
SECONDS = "seconds"
"""The name of what a trial took, in seconds, where it reports nothing by this name itself."""


def constraints(name: str, value: object) -> dict[str, str]:
    """Bring a setting's limits to their one form, by metric a text such as ``<= 5``."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) and key for key in value):
        raise SettingError(
            f"{name!r} must be a mapping from metrics to limits such as {EXAMPLE}",
            name=name,
            value=value,
        )
    return {metric: _limit(f"{name}.{metric}", limit) for metric, limit in value.items()}


def _limit(place: str, limit: object) -> str:
    """Return a limit as text; a pair of sign and number is one, too."""
    pair = isinstance(limit, list | tuple) and len(limit) == 2
    words = " ".join(map(str, limit)) if isinstance(limit, list | tuple) and pair else limit
    match = LIMIT.fullmatch(words) if isinstance(words, str) else None
    number = _number(match[2]) if match else None
    if match is None or number is None:
        raise SettingError(
            f"{place!r} must be <=, <, >= or > with a finite number, such as '<= 5'",
            name=place,
            value=limit,
        )
    return f"{match[1]} {number!r}"


def _number(text: str) -> float | None:
    """Return a finite number as it was written, whole or not; None for any other text."""
    try:
        number: float = int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    except ValueError:
        return None
    return number if is_number(number) else None


def figures_of_estimators(metric: object, metrics: Iterable[str] = ()) -> list[str]:
    """Return the names of what is recorded of an estimator's trial, and can be constrained."""
    tuned = metric if isinstance(metric, str) else getattr(metric, "__name__", "metric")
    return list(dict.fromkeys([str(tuned), *metrics, *OF_CROSS_VALIDATION, SECONDS]))


def check_recorded(
    limits: Mapping[str, str], figures: Iterable[str], subject: str, where: str = ""
) -> None:
    """Refuse a constraint on what is not recorded of any trial.

    Args:
        limits: The constraints.
        figures: The names of all that is recorded of a trial.
        subject: What is tuned, by its name.
        where: Where the constraints were written.

    Raises:
        SettingError: with the nearest name.
    """
    recorded = list(figures)
    of_scorers = OF_CROSS_VALIDATION[0] in recorded
    hint = " Another scorer goes into metrics=[…]." if of_scorers else ""
    for name in limits:
        if name not in recorded:
            raise SettingError(
                f"constraints must be on what a trial of {subject} records",
                did_you_mean(name, recorded) + hint,
                name=f"constraints.{name}",
                value=name,
                where=where,
            )


def violation(limit: str, figure: Any) -> float:
    """Return by how much a figure is beyond a limit; 0 or less where it is within.

    A figure that is missing, or no number, is beyond it by any amount.

    >>> violation("<= 5", 7.5), violation(">= 0.5", 0.75), violation("< 5", 5) > 0
    (2.5, -0.25, True)
    """
    try:
        value = float(figure)
    except (TypeError, ValueError):
        return math.inf
    if math.isnan(value):
        return math.inf
    sign, _, number = limit.partition(" ")
    direction = 1.0 if sign.startswith("<") else -1.0
    bound = float(number)
    if not sign.endswith("="):  # the nearest number within
        bound = math.nextafter(bound, -direction * math.inf)
    return direction * (value - bound)


def violations(limits: Mapping[str, str], figures: Mapping[str, Any]) -> dict[str, float]:
    """Return by metric how much a trial's figures are beyond the limits; 0 or less where within."""
    return {name: violation(limit, figures.get(name)) for name, limit in limits.items()}


def violated(limits: Mapping[str, str], figures: Mapping[str, Any]) -> str:
    """Return in words which limits a trial's figures are beyond, and by how much; else nothing.

    >>> violated({"latency": "<= 5", "recall": ">= 0.8"}, {"latency": 7.5})
    'infeasible: latency must be <= 5, got 7.5 (2.5 beyond); recall must be >= 0.8, got none'
    """
    words = [
        f"{name} must be {limit}, got {_got(limit, figures.get(name))}"
        for name, limit in limits.items()
        if violation(limit, figures.get(name)) > 0
    ]
    return f"infeasible: {'; '.join(words)}" if words else ""


def _got(limit: str, figure: Any) -> str:
    if figure is None:
        return "none"
    beyond = abs(float(figure) - float(limit.partition(" ")[2]))
    return f"{figure:.6g}" + (f" ({beyond:.3g} beyond)" if 0 < beyond < math.inf else "")
