"""Ranges around an example value: one rule for each scale, told with what made it."""

import math
from dataclasses import dataclass
from typing import Any

from autotune.errors import SettingError
from autotune.recommend.candidates import Bounds
from autotune.space.adjust import between, include
from autotune.space.domains import Domain, Float, Int
from autotune.space.scale import is_number

HALF_TO_DOUBLE = "half to double"
DECADE = "a decade each way"
SHOWN = "SageMaker's Developer Guide shows 2 to 8 for the hint 4 of max_depth"


@dataclass(frozen=True)
class Around:
    """A range around a hint, and the rule that made it."""

    domain: Domain
    """The range; the hint lies in it."""
    rule: str
    """The rule in words."""

    def evidence(self, of_inferred: str) -> str:
        """Return what is behind the range: the rule's source, and where its scale is from."""
        if self.rule == HALF_TO_DOUBLE:
            return SHOWN
        return f"The scale is that of the inferred range: {of_inferred}" if of_inferred else ""


def check_hint(name: str, hint: object, bounds: Bounds | None, where: str) -> None:
    """Refuse a hint outside what the library accepts, before a range is made around it.

    Raises:
        SettingError: naming the ends.
    """
    low, high = bounds or (None, None)
    if not is_number(hint):
        return
    if (low is not None and hint < low) or (high is not None and hint > high):
        ends = [f"{sign} {end:g}" for sign, end in ((">=", low), ("<=", high)) if end is not None]
        raise SettingError(
            f"ranges.{name}: a hint must be a number {' and '.join(ends)}",
            name=name,
            value=hint,
            where=where,
        )


def around_hint(value: Any, inferred: Domain | None, bounds: Bounds | None = None) -> Around | None:
    """Return the range for a hint, or None if none can be inferred.

    Whole numbers and linear scales get half to double; logarithmic scales, and numbers of which
    no range is known, a decade each way; near 1 on a reverse logarithmic scale a decade of what
    is left to 1. It ends where the inferred range or the library does.
    """
    if not is_number(value) or (value == 0 and inferred is not None):
        return None if inferred is None else Around(include(inferred, value), "the inferred range")
    if value == 0:
        return None
    log = inferred.log if isinstance(inferred, Int | Float) else not isinstance(value, int)
    is_whole = isinstance(inferred, Int) or (inferred is None and isinstance(value, int))
    if is_whole and value == int(value):
        return Around(_legal(_whole(value, log is True), bounds), HALF_TO_DOUBLE)
    if log == "reverse" and 0 < value < 1:
        rest = _short(1 - value)
        ends = Float(max(0.0, _short(1 - 10 * rest)), _short(1 - rest / 10), log="reverse")
        return Around(_legal(ends, bounds), "a decade of what is left to 1 each way")
    if log is True and value > 0:
        return Around(
            _legal(Float(_short(value / 10), _short(value * 10), log=True), bounds), DECADE
        )
    near = Float(min(value / 2, value * 2), max(value / 2, value * 2))
    if isinstance(inferred, Float) and inferred.log is False and inferred.contains(value):
        near = Float(max(inferred.low, near.low), min(inferred.high, near.high))
    return Around(_legal(near, bounds), HALF_TO_DOUBLE)


def _whole(value: float, log: bool) -> Int:
    if value < 0:
        return Int(math.floor(value * 2), math.ceil(value / 2))
    return Int(max(1, math.floor(value / 2)), max(2, math.ceil(value * 2)), log=log)


def _short(value: float) -> float:
    """Return a number without the digits that computing adds: 0.7, not 0.7000000000000001."""
    return float(f"{value:.12g}")


def _legal(domain: Int | Float, bounds: Bounds | None) -> Int | Float:
    """Return the range inside the library's bounds, in which the hint lies."""
    low, high = bounds or (None, None)
    return between(
        domain,
        domain.low if low is None else max(domain.low, low),
        domain.high if high is None else min(domain.high, high),
    )
