"""What an estimator declares that it accepts, by scikit-learn's ``_parameter_constraints``."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autotune.space.adjust import between
from autotune.space.domains import Float, Int

TINY = 1e-10


@dataclass(frozen=True)
class Limits:
    """The numbers and words that a hyperparameter accepts."""

    low: float | None = None
    """The lowest number, or None if there is no limit."""
    high: float | None = None
    """The highest number, or None if there is no limit."""
    open_low: bool = False
    """Whether ``low`` itself is excluded."""
    open_high: bool = False
    """Whether ``high`` itself is excluded."""
    integer: bool = False
    """Whether only integers are accepted."""
    numeric: bool = False
    """Whether numbers are accepted."""
    options: tuple[Any, ...] = ()
    """The values that are accepted besides numbers."""
    text: str = ""
    """The declaration in scikit-learn's words."""

    def clip(self, domain: Int | Float) -> Int | Float | None:
        """Return the part of a range that the estimator accepts, or None where nothing is left."""
        if not self.numeric or (self.integer and isinstance(domain, Float)):
            return None
        low, high = domain.low, domain.high
        if self.low is not None and (low < self.low or (self.open_low and low == self.low)):
            low = self.low + _step(domain, 1e-3) * self.open_low
        if self.high is not None and (high > self.high or (self.open_high and high == self.high)):
            high = self.high - _step(domain, 1e-2) * self.open_high
        return between(domain, low, high) if low <= high else None

    def ends(self, domain: Int | Float) -> tuple[float | None, float | None]:
        """Return the lowest and the highest number that is accepted in a range like this one."""
        return (
            None if self.low is None else self.low + _step(domain, 1e-3) * self.open_low,
            None if self.high is None else self.high - _step(domain, 1e-2) * self.open_high,
        )


def _step(domain: Int | Float, share: float) -> float:
    """Return how far inside an excluded end a range stops: a power of ten near a share of it."""
    if isinstance(domain, Int):
        return 1
    width = (domain.high - domain.low) * share
    return max(TINY, 10.0 ** math.floor(math.log10(width))) if width > 0 else TINY


def declared(cls: type, params: Mapping[str, object]) -> dict[str, Limits]:
    """Return the declared limits of each hyperparameter of the class, if they are readable."""
    constraints = getattr(cls, "_parameter_constraints", None)
    if not isinstance(constraints, dict):
        return {}
    return {
        name: _limits(accepted, params.get(name))
        for name, accepted in constraints.items()
        if isinstance(accepted, list)
    }


def _limits(constraints: Iterable[object], value: object) -> Limits:
    intervals = [
        constraint for constraint in constraints if type(constraint).__name__ == "Interval"
    ]
    options = tuple(
        option
        for constraint in constraints
        if hasattr(constraint, "options")
        for option in constraint.options
    )
    options += tuple(None for constraint in constraints if constraint is None)
    options += (
        (True, False)
        if "boolean" in [constraint for constraint in constraints if isinstance(constraint, str)]
        else ()
    )
    text = " or ".join(str(constraint) for constraint in constraints)
    if not intervals:
        return Limits(options=options, text=text)
    return _from_interval(_around(intervals, value), options, text)


def _around(intervals: list[Any], value: Any) -> Any:
    """Return the interval with the value, as a count and a share may be declared side by side."""
    return next((i for i in intervals if i.is_satisfied_by(value)), intervals[0])


def _from_interval(interval: Any, options: tuple[Any, ...], text: str) -> Limits:
    closed = interval.closed
    return Limits(
        low=_end(interval.left),
        high=_end(interval.right),
        open_low=closed in ("right", "neither"),
        open_high=closed in ("left", "neither"),
        integer=interval.type.__name__ == "Integral",
        numeric=True,
        options=options,
        text=text,
    )


def _end(value: Any) -> float | None:
    return None if value is None or abs(value) == float("inf") else value


def refusal(cls: type, name: str, value: object) -> str:
    """Return what the class declares of a hyperparameter where it refuses the value, or nothing."""
    constraints = getattr(cls, "_parameter_constraints", None)
    if not isinstance(constraints, dict) or not isinstance(constraints.get(name), list):
        return ""
    try:
        from sklearn.utils._param_validation import make_constraint
    except ImportError:
        return ""
    constraints = [make_constraint(constraint) for constraint in constraints[name]]
    if any(constraint.is_satisfied_by(value) for constraint in constraints):
        return ""
    return " or ".join(
        str(constraint) for constraint in constraints if not getattr(constraint, "hidden", False)
    )
