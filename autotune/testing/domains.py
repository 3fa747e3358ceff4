"""A domain of each kind, and whether values drawn from one lie in it and reach its ends."""

from collections.abc import Hashable, Iterable, Mapping
from math import isclose
from typing import TypeGuard

from autotune import Choice, Float, Int, LogNormal, Normal
from autotune.space.domains import Domain
from autotune.testing.expectation import expect

DOMAINS: dict[str, Domain] = {
    "float": Float(-1.5, 2.5),
    "float in steps": Float(0.1, 0.7, step=0.2),
    "float, logarithmic": Float(1e-5, 10.0, log=True),
    "float, reverse logarithmic": Float(0.5, 0.999, log="reverse"),
    "float or other kinds": Float(0.0, 1.0, also=(None, "auto", True)),
    "quniform": Float(1.0, 10.0, q=4.0),
    "qloguniform": Float(0.5, 100.0, log=True, q=2.0),
    "int": Int(1, 3),
    "int in steps": Int(1, 9, step=4),
    "int, logarithmic": Int(1, 1000, log=True),
    "int or other kinds": Int(1, 3, also=(None, "auto", 1.5)),
    "choice": Choice(["1", 1, 1.0, True, None, (1, 2), 'it\'s "so"\n']),
    "normal": Normal(10.0, 3.0),
    "lognormal": LogNormal(0.0, 1.0),
    "qnormal": Normal(10.0, 3.0, q=2.5),
    "qlognormal": LogNormal(0.0, 1.0, q=0.5),
}
"""A domain of each kind by its name."""

FEW = 30  # levels that a search must all reach
LOOK = "Search.ask: autotune.space.parameters.primitives says what a domain is encoded as"


def check_values(domain: Domain, values: Iterable[Hashable]) -> None:
    """Check that values lie in a domain, are of its kind, and reach both of its ends.

    Raises:
        AssertionError: naming the domain, and the values that do not fit.
    """
    drawn = {(type(value), value): value for value in values}
    outside = [v for v in drawn.values() if not domain.contains(v) and not _is_at_an_end(v, domain)]
    expect(not outside, f"values in {domain}", outside[:5], LOOK)
    if isinstance(domain, Choice) or domain.size <= FEW:
        _check_levels(domain, drawn)
    else:
        _check_ends(domain, [value for value in drawn.values() if _is_number(value)])


def _check_levels(domain: Domain, drawn: Mapping[tuple[type, object], object]) -> None:
    """Check that every value of a small domain was drawn."""
    numbers = [value for value in drawn.values() if _is_number(value)]
    missing = [
        value
        for value in domain.levels(FEW)
        if (type(value), value) not in drawn and not _is_near(value, numbers)
    ]
    expect(not missing, f"every value of {domain}", f"none of {missing}", LOOK)


def _check_ends(domain: Domain, numbers: list[float]) -> None:
    """Check that the numbers drawn are of the domain's kind, and come near both ends."""
    kind = int if isinstance(domain, Int) else float
    misfits = [
        value
        for value in numbers
        if type(value) is not kind and value not in getattr(domain, "also", ())
    ]
    expect(not misfits, f"numbers of the kind of {domain}", misfits[:5], LOOK)
    levels = [value for value in domain.levels(FEW) if _is_number(value)]
    expect(
        min(numbers) <= levels[1] and max(numbers) >= levels[-2],
        f"values near both ends of {domain}",
        f"{min(numbers)} .. {max(numbers)} only",
        LOOK,
    )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_at_an_end(value: object, domain: Domain) -> bool:
    """Return whether a number misses an end of its range by rounding only.

    Optuna 4.5 returns exp(log(low)) where it draws a logarithmic range's low end.
    """
    ends = [end for end in (getattr(domain, "low", None), getattr(domain, "high", None)) if end]
    return isinstance(value, float) and any(isclose(value, end, rel_tol=1e-12) for end in ends)


def _is_near(value: object, numbers: list[float]) -> bool:
    """Return whether a step of a continuous range was drawn, as floating point has it."""
    return isinstance(value, float) and any(
        isinstance(number, float) and abs(number - value) < 1e-9 for number in numbers
    )
