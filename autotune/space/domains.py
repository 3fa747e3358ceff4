"""What a hyperparameter may be: numbers in a range, one of some choices, or fixed; plain frozen data."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from autotune.errors import SettingError
from autotune.space.scale import (
    Scale,
    between_ends,
    check_bounds,
    check_number,
    check_quantum,
    is_multiple,
    is_number,
    quantised,
    spread,
)

LOWEST = 0.001  # the quantile at which normal distributions end


def same(a: object, b: object) -> bool:
    """Equal and of one kind: True is not 1 and 1 is not 1.0, as labels tell them apart."""
    return type(a) is type(b) and label_of(a) == label_of(b)


def label_of(value: object) -> str:
    """Return the text a choice travels under: its repr, or an estimator's own short text."""
    return value if isinstance(value, str) else " ".join(repr(value).split())


@dataclass(frozen=True)
class Float:
    """A continuous hyperparameter in low..high, both inclusive.

    ``log=True`` searches the logarithm, ``log="reverse"`` the logarithm of 1 - value (for values
    that crowd below 1, as momentum does). ``step`` counts from ``low``. ``also`` lists values of
    another kind that are tried too, such as ``None`` or ``"sqrt"``. ``q`` rounds what is drawn to
    the nearest multiple of q, also to one just outside the ends: HyperDrive's quniform and
    qloguniform.
    """

    low: float
    high: float
    log: Scale = False
    step: float | None = None
    also: tuple[Any, ...] = ()
    q: float | None = None

    def __post_init__(self) -> None:
        check_bounds(self.low, self.high, self.log)
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        object.__setattr__(self, "also", tuple(self.also))
        check_quantum(self.q)
        if self.step is not None:
            self._check_step(self.step)

    def _check_step(self, step: float) -> None:
        check_number(step, "step")
        steps = (self.high - self.low) / step if step > 0 else -1.0
        if self.log or self.q or steps < 0 or abs(steps - round(steps)) > 1e-8:
            raise SettingError(
                f"step must be > 0, divide high - low and have log=False and no q, got {self}."
            )

    def contains(self, value: object) -> bool:
        """Return whether the value lies in the range, on a step, or among ``also``."""
        if any(same(value, v) for v in self.also):
            return True
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not is_multiple(value, self.q)
        ):
            return False
        if not quantised(self.low, self.q) <= value <= quantised(self.high, self.q):
            return False
        if self.step is None:
            return True
        steps = (value - self.low) / self.step
        return abs(steps - round(steps)) < 1e-8

    @property
    def size(self) -> float:
        """The number of values, infinite for a continuous range."""
        if self.low == self.high:
            return 1 + len(self.also)
        return (
            math.inf
            if self.step is None
            else round((self.high - self.low) / self.step) + 1 + len(self.also)
        )

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return up to ``count`` evenly spread values on the range's own scale, both ends among them, then ``also``."""
        size = self.size - len(self.also)
        if size <= count or self.step is not None:
            picks = [
                min(i * (self.step or 0) + self.low, self.high) for i in spread(int(size), count)
            ]
        else:
            picks = [
                between_ends(self.low, self.high, self.log, i / max(1, count - 1))
                for i in range(count)
            ]
        return (*dict.fromkeys(quantised(p, self.q) for p in picks), *self.also)


@dataclass(frozen=True)
class Int:
    """An integer hyperparameter in low..high, both inclusive; ``log``, ``step`` and ``also`` as for `Float`."""

    low: int
    high: int
    log: bool = False
    step: int = 1
    also: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        check_bounds(self.low, self.high, self.log)
        if self.log not in (True, False):
            raise SettingError("log must be True or False for an integer, got 'reverse'.")
        for name in ("low", "high", "step"):
            self._check_int(name)
        if self.step < 1 or (self.high - self.low) % self.step or (self.log and self.step != 1):
            raise SettingError(
                f"step must be >= 1, divide high - low and be 1 on a log scale, got {self}."
            )
        object.__setattr__(self, "also", tuple(self.also))

    def _check_int(self, name: str) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or value != int(value):
            raise SettingError(
                f"{name} must be an integer, got {value!r}.", "Use Float for a continuous range."
            )
        object.__setattr__(self, name, int(value))

    def contains(self, value: object) -> bool:
        """Return whether the value is an integer of the range, or among ``also``."""
        if any(same(value, v) for v in self.also):
            return True
        whole = (
            isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        )
        return whole and self.low <= value <= self.high and (int(value) - self.low) % self.step == 0  # type: ignore[operator, call-overload]

    @property
    def size(self) -> float:
        """The number of values."""
        return (self.high - self.low) // self.step + 1 + len(self.also)

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return up to ``count`` evenly spread values on the range's own scale, both ends among them, then ``also``."""
        total = (self.high - self.low) // self.step + 1
        if self.log and total > count:
            picks = sorted(
                {
                    round(between_ends(self.low, self.high, self.log, i / max(1, count - 1)))
                    for i in range(count)
                }
            )
        else:
            picks = [self.low + i * self.step for i in spread(total, count)]
        return (*picks, *self.also)


@dataclass(frozen=True)
class Choice:
    """One of some values of any type; they travel to engines as labels, so tuples, None and objects are safe."""

    choices: tuple[Any, ...]

    def __init__(self, choices: Sequence[Any]) -> None:
        if isinstance(choices, str | bytes) or not isinstance(choices, Sequence):
            raise SettingError(f"choices must be a list, got {choices!r}.")
        # A numpy scalar has another text in a file than in memory; as a plain number it is the same
        # choice in both.
        object.__setattr__(
            self,
            "choices",
            tuple(c.item() if getattr(c, "shape", None) == () else c for c in choices),
        )
        if not self.choices:
            raise SettingError("choices must hold at least one value, got none.")
        if len(set(self.labels)) < len(self.labels):
            raise SettingError(f"choices must differ, got {list(self.labels)}.")

    @property
    def labels(self) -> tuple[str, ...]:
        """The text of each choice, in order: the value itself for text, unless a value of another type reads the same."""
        texts = [label_of(c) for c in self.choices]
        return tuple(
            repr(c) if isinstance(c, str) and texts.count(c) > 1 else t
            for c, t in zip(self.choices, texts, strict=True)
        )

    def contains(self, value: object) -> bool:
        """Return whether the value is one of the choices, of the same type."""
        return any(same(value, c) for c in self.choices)

    @property
    def size(self) -> float:
        """The number of choices."""
        return len(self.choices)

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return all choices."""
        return self.choices


@dataclass(frozen=True)
class Fixed:
    """A hyperparameter held at one value."""

    value: Any

    def contains(self, value: object) -> bool:
        """Return whether the value is the fixed one."""
        return same(value, self.value)

    @property
    def size(self) -> float:
        """Always 1."""
        return 1

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return the one value."""
        return (self.value,)


@dataclass(frozen=True)
class Normal:
    """A normally distributed hyperparameter; engines search its quantile, between 0.1 % and 99.9 %. ``q`` as for `Float`."""

    mean: float
    std: float
    q: float | None = None

    def __post_init__(self) -> None:
        check_number(self.mean, "mean")
        check_number(self.std, "std")
        check_quantum(self.q)
        if self.std <= 0:
            raise SettingError(f"std > 0 must hold, got {self.std}.")

    def contains(self, value: object) -> bool:
        """Return whether the value lies between the quantiles that engines search, and is a multiple of q."""
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not is_multiple(value, self.q)
        ):
            return False
        ends = [self.at(LOWEST), self.at(1 - LOWEST)]
        slack = 1e-9 * (ends[1] - ends[0])
        return ends[0] - slack <= value <= ends[1] + slack

    @property
    def size(self) -> float:
        """Always infinite."""
        return math.inf

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return ``count`` values at evenly spread quantiles."""
        return tuple(self.at((i + 0.5) / count) for i in range(count))

    def at(self, quantile: float) -> float:
        """Return the value at a quantile in (0, 1)."""
        return quantised(self._spread(quantile), self.q)

    def _spread(self, quantile: float) -> float:
        from statistics import NormalDist

        return NormalDist(self.mean, self.std).inv_cdf(quantile)

    def quantile(self, value: float) -> float:
        """Return the quantile of a value, within those that engines search."""
        from statistics import NormalDist

        return min(max(NormalDist(self.mean, self.std).cdf(value), LOWEST), 1 - LOWEST)


@dataclass(frozen=True)
class LogNormal(Normal):
    """A hyperparameter whose natural logarithm is normal with the given mean and standard deviation."""

    def _spread(self, quantile: float) -> float:
        return math.exp(super()._spread(quantile))

    def quantile(self, value: float) -> float:
        """Return the quantile of a value."""
        return super().quantile(math.log(value)) if value > 0 else LOWEST


@dataclass(frozen=True)
class Hint:
    """A value to infer a range around: ``ranges={"alpha": Hint(0.1)}``."""

    value: Any


Domain = Float | Int | Choice | Fixed | Normal | LogNormal


def between(domain: "Int | Float", low: Any, high: Any) -> "Int | Float":
    """Return the range with other ends."""
    return replace(domain, low=low, high=high)


def listed(domain: Domain) -> tuple[Any, ...]:
    """Return the values that a domain names one by one: not those within a range."""
    match domain:
        case Choice():
            return domain.choices
        case Fixed():
            return (domain.value,)
        case Float() | Int():
            return domain.also
    return ()


def nearest(domain: "Domain", value: Any) -> Any:
    """Return a number moved to the nearest legal one of a range of numbers where it is none; all else as it is.

    >>> nearest(Int(1, 10), 12), nearest(Int(1, 10), 3), nearest(Int(1, 9, step=4), 6),
    nearest(Choice(["a"]), "b") (10, 3, 5, 'b')
    """
    if not is_number(value) or not isinstance(domain, Float | Int) or domain.contains(value):
        return value
    moved = min(max(value, domain.low), domain.high)
    if isinstance(domain, Float):
        moved = quantised(moved, domain.q)
    if domain.step is not None:
        moved = min(
            domain.low + round((moved - domain.low) / domain.step) * domain.step, domain.high
        )
    return round(moved) if isinstance(domain, Int) else float(moved)


def include(domain: Domain, value: Any) -> Domain:
    """Return the domain, widened so that it holds the value; a value of another kind joins ``also`` or the choices."""
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
