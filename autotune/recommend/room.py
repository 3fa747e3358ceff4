"""Ranges that hold a value with room on both sides, and ends as people write them."""

import math
from dataclasses import replace

from autotune.space.adjust import between, include
from autotune.space.domains import Domain, Float, Int
from autotune.space.labels import ParamValue
from autotune.space.scale import is_number

Ends = tuple[float | None, float | None]
FACTOR = {Int: 2.0, Float: 3.0}  # of room beside a value on a logarithmic scale
SHARE = 0.25  # of the range's width, of room on a linear scale
LAST_BIT = 1e-12  # of a number: what a floating-point product may be off by
FAR = 10.0  # times the range's highest value: beyond it a linear scale becomes logarithmic


def with_room(domain: Domain, value: ParamValue, ends: Ends = (None, None)) -> Domain:
    """Return the domain with the value in it, and room beside one that is at or past an end.

    The range never exceeds ``ends``, except to hold the value.

    >>> with_room(Int(1, 10), 20), with_room(Float(1e-4, 1e-2, log=True), 0.1)
    (Int(low=1, high=23, log=False, step=1, also=()), Float(low=0.0001, high=0.3, log=True, \
step=None, also=(), q=None))
    """
    if not isinstance(domain, Int | Float) or not _needs_room(domain, value):
        return include(domain, value)
    if domain.step not in (None, 1):
        return include(_on_steps(domain, value, ends), value)
    far = not domain.log and domain.low > 0 and value >= FAR * domain.high
    scaled = replace(domain, log=True) if far else domain
    low, high = _around(scaled, value)
    return between(
        scaled,
        _kept(min(domain.low, low), (domain.low, value), ends[0], lower=True),
        _kept(max(domain.high, high), (domain.high, value), ends[1], lower=False),
    )


def _needs_room(domain: Int | Float, value: ParamValue) -> bool:
    """Return whether a number of the range's kind and scale is at one of its ends or beyond."""
    if not is_number(value) or (isinstance(domain, Int) and value != int(value)):
        return False
    if domain.log == "reverse" or (domain.log and value <= 0):
        return False
    return not domain.low < value < domain.high


def _around(domain: Int | Float, value: float) -> tuple[float, float]:
    """Return the ends that leave room beside the value, rounded outward to two digits."""
    if domain.log:
        factor = FACTOR[type(domain)]
        low, high = value / factor, value * factor
    else:
        room = SHARE * (domain.high - domain.low)
        low = max(value - room, value / 2) if domain.low >= 0 else value - room
        high = value + room
    if isinstance(domain, Int):
        return max(math.floor(low), 1 if value > 0 else value), math.ceil(high)
    return rounded(low, down=True), rounded(high, down=False)


def _kept(end: float, held: tuple[float, float], limit: float | None, *, lower: bool) -> float:
    """Return the end inside a limit, but never so that it excludes what the range holds."""
    if lower:
        return min(end if limit is None else max(end, limit), *held)
    return max(end if limit is None else min(end, limit), *held)


def _on_steps(domain: Int | Float, value: float, ends: Ends) -> Int | Float:
    """Return a stepped range with whole steps added until it holds the value and one step more."""
    step = domain.step or 1
    above = max(0, math.ceil((value - domain.high) / step) + 1) if value >= domain.high else 0
    high = domain.high + step * above
    while high > domain.high and ends[1] is not None and high > ends[1]:
        high -= step
    return between(domain, domain.low, high)


def rounded(value: float, *, down: bool, digits: int = 2) -> float:
    """Return a number rounded to some significant digits, toward or away from minus infinity.

    A product's last bit is no reason to round: 3 times 0.1 is 0.3.

    >>> rounded(0.061725, down=True), rounded(1234.0, down=False), rounded(3 * 0.1, down=False)
    (0.061, 1300.0, 0.3)
    """
    if value == 0:
        return value
    places = digits - 1 - math.floor(math.log10(abs(value)))
    near = round(value, places)
    if math.isclose(near, value, rel_tol=LAST_BIT):
        return near
    if (near > value) if down else (near < value):
        near += (-1 if down else 1) * 10.0**-places
    return round(near, places)
