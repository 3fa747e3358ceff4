"""Domains with other ends, domains that hold one more value, and values moved into a domain."""

from dataclasses import replace

from autotune.space.choices import Choice
from autotune.space.domains import Domain
from autotune.space.labels import ParamValue, same
from autotune.space.ranges import Float, Int
from autotune.space.scale import is_number, quantised


def between(domain: Int | Float, low: ParamValue, high: ParamValue) -> Int | Float:
    """Return the range with other ends."""
    return replace(domain, low=low, high=high)


def typed(domain: Domain, value: ParamValue) -> ParamValue:
    """Return a number of a range as trials have it: 2.0 is 2 among whole numbers.

    >>> typed(Int(1, 9), 2.0), typed(Float(0, 1), 1), typed(Choice([1.0]), 1)
    (2, 1.0, 1)
    """
    if not is_number(value) or not isinstance(domain, Float | Int):
        return value
    if any(same(value, other) for other in domain.also) or not domain.contains(value):
        return value
    return int(value) if isinstance(domain, Int) else float(value)


def nearest(domain: Domain, value: ParamValue) -> ParamValue:
    """Return a number moved to the nearest legal one of a range; all else unchanged.

    >>> nearest(Int(1, 10), 12), nearest(Int(1, 9, step=4), 6), nearest(Choice(["a"]), "b")
    (10, 5, 'b')
    """
    if not is_number(value) or not isinstance(domain, Float | Int) or domain.contains(value):
        return value
    moved = min(max(value, domain.low), domain.high)
    if isinstance(domain, Float):
        moved = quantised(moved, domain.q)
    if domain.step is not None:
        steps = round((moved - domain.low) / domain.step)
        moved = min(domain.low + steps * domain.step, domain.high)
    return round(moved) if isinstance(domain, Int) else float(moved)


def include(domain: Domain, value: ParamValue) -> Domain:
    """Return the domain widened to hold the value; one of another kind joins the listed values.

    >>> include(Int(1, 10), 20), include(Choice(["a"]), "b")
    (Int(low=1, high=20, log=False, step=1, also=()), Choice(choices=('a', 'b')))
    """
    if domain.contains(value):
        return domain
    match domain:
        case Choice():
            return Choice((*domain.choices, value))
        case Int() | Float() if is_number(value) and _can_widen(domain, value):
            value = int(value) if isinstance(domain, Int) else float(value)
            return between(domain, min(domain.low, value), max(domain.high, value))
        case Int() | Float():
            return replace(domain, also=(*domain.also, value))
    return domain


def _can_widen(domain: Int | Float, value: float) -> bool:
    if isinstance(domain, Int):
        return value == int(value) and domain.step == 1 and (value > 0 or not domain.log)
    return domain.step is None and _fits_scale(domain, value)


def _fits_scale(domain: Float, value: float) -> bool:
    if domain.log is True:
        return value > 0
    return domain.log is False or 0 <= value < 1
