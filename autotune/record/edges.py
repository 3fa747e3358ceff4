"""Where the best configuration lies at the end of a range, and the wider range to try next.

Only ranges of numbers have ends; choices have none.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from autotune.plan.provenance import SourceKind
from autotune.plan.spec import PlanSpec
from autotune.space.adjust import between
from autotune.space.domains import Float, Int
from autotune.space.shorthand import domain_to_plain
from autotune.text import number, value_text

NEAR = 0.02  # of a range, on its scale
FEW_VALUES = 50  # of a whole-numbered range, up to which only its last value is at the end
MIN_TRIALS = 5  # a best of fewer trials lies anywhere
Numbers = Float | Int
End = Literal["lower", "upper"]


@dataclass(frozen=True)
class Edge:
    """A hyperparameter whose best value is at an end of its range, which can be widened."""

    name: str
    value: float
    end: End
    range: Numbers
    wider: Numbers

    def describe(self) -> dict[str, Any]:
        """Return it as JSON-safe data."""
        ranges = {"range": domain_to_plain(self.range), "wider": domain_to_plain(self.wider)}
        return {"name": self.name, "value": self.value, "end": self.end, **ranges}

    def __str__(self) -> str:
        return (
            f"{self.name} {number(self.value)} is at the {self.end} end of"
            f" {value_text(self.range)}; try {value_text(self.wider)}"
        )


def edges(plan: PlanSpec, best: Mapping[str, Any]) -> list[Edge]:
    """Return where the best configuration is at an end that the estimator lets one move."""
    found = []
    for name, chosen in plan.ranges.items():
        domain, value = chosen.value, best.get(name)
        if not isinstance(domain, Float | Int) or not _is_number(value):
            continue
        end = _end(domain, value)
        if not end:
            continue
        wider = _stretched(domain, end)
        if name in plan.limits:
            wider = _within(domain, wider, *plan.limits[name])
        else:
            wider = _usual(domain, wider, _is_free(plan, name))
        if wider.low < domain.low or wider.high > domain.high:
            found.append(Edge(name, value, end, domain, wider))
    return found


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _end(domain: Numbers, value: float) -> End | None:
    """Return the end that a value is at, on the scale of its range, if any."""
    if not domain.low <= value <= domain.high or domain.size - len(domain.also) <= 2:
        return None
    if isinstance(domain, Int) and domain.size <= FEW_VALUES:
        return "lower" if value == domain.low else "upper" if value == domain.high else None
    share = (_on_scale(domain, value) - _on_scale(domain, domain.low)) / _span(domain)
    return "lower" if share <= NEAR else "upper" if share >= 1 - NEAR else None


def _on_scale(domain: Numbers, value: float) -> float:
    if domain.log == "reverse":
        return -math.log(1 - value)
    return math.log(value) if domain.log else value


def _off_scale(domain: Numbers, position: float) -> float:
    if domain.log == "reverse":
        return 1 - math.exp(-position)
    return math.exp(position) if domain.log else position


def _span(domain: Numbers) -> float:
    return _on_scale(domain, domain.high) - _on_scale(domain, domain.low)


def _stretched(domain: Numbers, end: End) -> Numbers:
    """Return the range with half as much again beyond an end."""
    half = _span(domain) / 2
    if end == "lower":
        bound = _tidy(domain, _off_scale(domain, _on_scale(domain, domain.low) - half))
        return _with(domain, low=min(max(bound, _least(domain, bound)), domain.low))
    bound = _tidy(domain, _off_scale(domain, _on_scale(domain, domain.high) + half))
    return _with(domain, high=max(bound, domain.high))


def _least(domain: Numbers, bound: float) -> float:
    """Return the least number on a range's scale; a linear one has none but the bound."""
    if domain.log == "reverse":
        return 0.0
    return 1 if domain.log and isinstance(domain, Int) else bound  # no logarithm of 0


def _is_free(plan: PlanSpec, name: str) -> bool:
    """Return whether a range is the user's own for a function or script, which has no limits."""
    is_given = plan.ranges[name].source.kind is SourceKind.USER
    return is_given and not hasattr(plan.target, "get_params")


def _with(domain: Numbers, low: float | None = None, high: float | None = None) -> Numbers:
    """Return a range with another end, on a step where it has steps."""
    step = domain.step or 0
    if low is not None:
        if step:
            low = domain.low - math.floor((domain.low - low) / step) * step
        return between(domain, low, domain.high)
    if high is not None and step:
        high = domain.high + math.floor((high - domain.high) / step) * step
    return between(domain, domain.low, high)


def _tidy(domain: Numbers, value: float) -> float:
    """Return a number with two digits that matter, a whole one for whole numbers."""
    if domain.log == "reverse":
        return 1 - float(f"{1 - value:.1e}")
    tidy = float(f"{value:.1e}")
    return round(tidy) if isinstance(domain, Int) else tidy


def _usual(domain: Numbers, wider: Numbers, free: bool) -> Numbers:
    """Keep what has no declared limits within the usual ones.

    Zero and the smallest counts are limits, and 1 is one of shares; that a range which the user
    gave to a function ends at 1 says nothing.
    """
    if isinstance(domain, Int):
        return between(wider, domain.low if 0 <= domain.low <= 2 else wider.low, wider.high)
    low, high = wider.low, wider.high
    if domain.low >= 0:
        low = domain.low if low <= 0 and domain.log else max(low, 0.0)
        is_share = domain.high < 1 or (domain.high == 1 and not free)
        high = min(high, 1.0) if is_share and domain.log != "reverse" else high
    return between(wider, low, high)


def _within(
    domain: Numbers, wider: Numbers, lowest: float | None, highest: float | None
) -> Numbers:
    """Return the wider range within what is accepted; one with steps is widened whole or not."""
    low = wider.low if lowest is None else max(wider.low, min(lowest, domain.low))
    high = wider.high if highest is None else min(wider.high, max(highest, domain.high))
    is_stepped = bool(domain.step) and not (isinstance(domain, Int) and domain.step == 1)
    if is_stepped and (low, high) != (wider.low, wider.high):
        return domain
    if isinstance(domain, Float) and domain.log is True and low <= 0:
        low = domain.low
    return between(domain, low, high)
