"""Numbers on a scale: what bounds must hold, and the values a share of the way between them."""

import math
from typing import Literal, TypeGuard

from autotune.errors import SettingError

Scale = bool | Literal["reverse", "auto"]
"""A range's scale; ``auto`` stands only in what a user writes, until the range is read."""


def is_number(value: object) -> TypeGuard[float]:
    """Return whether the value is an int or float, no bool, within what a float can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e300 < value < 1e300


def check_number(value: object, what: str) -> None:
    """Refuse what is no finite number; ``what`` names it in the error."""
    if not is_number(value):
        raise SettingError(f"{what} must be a finite number", name=what, value=value)


def check_bounds(low: float, high: float, log: Scale) -> None:
    """Refuse ends that are no numbers, are reversed, or that the scale cannot carry."""
    check_number(low, "low")
    check_number(high, "high")
    if low > high:
        raise SettingError(
            "low <= high must hold", "Swap them.", name="low", value=low, got=f"{low=}, {high=}"
        )
    if log not in (True, False, "reverse", "auto"):
        raise SettingError("log must be True, False, 'reverse' or 'auto'", name="log", value=log)
    if log is True and low <= 0:
        raise SettingError(
            "low > 0 must hold on a log scale",
            "Raise low, or use log=False.",
            name="low",
            value=low,
            got=f"{low=}",
        )
    if log == "reverse" and not (low >= 0 and high < 1):
        raise SettingError(
            "0 <= low <= high < 1 must hold on a reverse log scale",
            name="low" if low < 0 else "high",
            value=low if low < 0 else high,
            got=f"{low=}, {high=}",
        )


def check_quantum(quantum: float | None) -> None:
    """Refuse a quantum that nothing can be rounded to."""
    if quantum is not None and not (is_number(quantum) and quantum > 0):
        raise SettingError("q must be a number > 0", name="q", value=quantum)


def quantised(value: float, quantum: float | None) -> float:
    """Return the nearest multiple of a quantum, counted from zero, as HyperDrive rounds.

    >>> quantised(2.6, 0.5), quantised(2.6, None)
    (2.5, 2.6)
    """
    return value if quantum is None else round(value / quantum) * quantum


def is_multiple(value: float, quantum: float | None) -> bool:
    """Return whether a value is a multiple of a quantum; always if that is None."""
    return quantum is None or abs(value - quantised(value, quantum)) <= 1e-9 * max(
        quantum, abs(value)
    )


def spread(total: int, count: int) -> list[int]:
    """Return at most ``count`` indices below ``total``, evenly spread from end to end."""
    if total <= count:
        return list(range(total))
    return sorted({round(i * (total - 1) / max(1, count - 1)) for i in range(count)})


def between_ends(low: float, high: float, log: Scale, share: float) -> float:
    """Return the value a share of the way from low to high on the scale."""
    if share in (0, 1):
        return high if share else low
    if log is True:
        return math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    if log == "reverse":
        return 1 - math.exp(math.log(1 - low) + share * (math.log(1 - high) - math.log(1 - low)))
    return low + share * (high - low)
