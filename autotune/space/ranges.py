"""Ranges of numbers: continuous and whole."""

import math
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal, TypeGuard

from autotune.errors import SettingError
from autotune.space.calls import called_as
from autotune.space.conditions import When, condition
from autotune.space.labels import same
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

CLOSE = 1e-8  # how far from a whole number of steps a value may be


@called_as("Float(low, high, log=False, step=None, also=(), q=None, when=None)")
@dataclass(frozen=True)
class Float:
    """A continuous hyperparameter in low..high, both inclusive.

    >>> Float(1e-4, 1, log=True).contains(0.01)
    True

    Raises:
        SettingError: with the formula that must hold.
    """

    low: float
    """The lowest value."""
    high: float
    """The highest value."""
    _: KW_ONLY
    log: Scale = False
    """True searches the logarithm, ``"reverse"`` that of 1 - value, as for momentum near 1;
    ``"auto"`` takes the scale that is known of the hyperparameter."""
    step: float | None = None
    """Distance between values, counted from ``low``."""
    also: tuple[Any, ...] = ()
    """Values of another kind that are tried too, such as None or ``"sqrt"``."""
    q: float | None = None
    """Rounds each draw to a multiple of q, also one just outside the ends (HyperDrive's q…)."""
    when: When | None = field(default=None, repr=False, compare=False)
    """The values of others under which it is used, such as ``{"optimizer": ["sgd"]}``."""

    def __post_init__(self) -> None:
        check_bounds(self.low, self.high, self.log)
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        object.__setattr__(self, "also", tuple(self.also))
        object.__setattr__(self, "when", condition(self.when))
        check_quantum(self.q)
        if self.step is not None:
            self._check_step(self.step)

    def _check_step(self, step: float) -> None:
        check_number(step, "step")
        divides = step > 0 and _is_whole((self.high - self.low) / step)
        _check_step(self.low, self.high, step, divides)
        if self.log or self.q:
            raise SettingError(
                "step must go with log=False and q=None",
                "Drop it.",
                name="step",
                value=step,
                got=f"step={step!r}, log={self.log!r}, q={self.q!r}",
            )

    def contains(self, value: object) -> bool:
        """Return whether the value is in the range, on a step, or among ``also``."""
        if any(same(value, other) for other in self.also):
            return True
        if not _is_real(value) or not is_multiple(value, self.q):
            return False
        if not quantised(self.low, self.q) <= value <= quantised(self.high, self.q):
            return False
        return self.step is None or _is_whole((value - self.low) / self.step)

    @property
    def size(self) -> float:
        """The number of values, infinite for a continuous range."""
        if self.low == self.high:
            return 1 + len(self.also)
        if self.step is None:
            return math.inf
        return round((self.high - self.low) / self.step) + 1 + len(self.also)

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return up to ``count`` values, evenly spread from end to end, and then ``also``."""
        size = self.size - len(self.also)
        if size <= count or self.step is not None:
            step = self.step or 0
            picks = [min(i * step + self.low, self.high) for i in spread(int(size), count)]
        else:
            picks = [between_ends(self.low, self.high, self.log, share) for share in _shares(count)]
        return (*dict.fromkeys(quantised(pick, self.q) for pick in picks), *self.also)


@called_as("Int(low, high, log=False, step=1, also=(), when=None)")
@dataclass(frozen=True)
class Int:
    """A whole-numbered hyperparameter in low..high, both inclusive.

    >>> Int(1, 9, step=4).levels(10)
    (1, 5, 9)

    Raises:
        SettingError: with the formula that must hold.
    """

    low: int
    """The lowest value."""
    high: int
    """The highest value."""
    _: KW_ONLY
    log: bool | Literal["auto"] = False
    """Search the logarithm; ``"auto"`` takes the scale that is known of the hyperparameter."""
    step: int = 1
    """Distance between values, counted from ``low``."""
    also: tuple[Any, ...] = ()
    """Values of another kind that are tried too, such as None or ``"sqrt"``."""
    when: When | None = field(default=None, repr=False, compare=False)
    """The values of others under which it is used, such as ``{"optimizer": ["sgd"]}``."""

    def __post_init__(self) -> None:
        check_bounds(self.low, self.high, self.log)
        if self.log not in (True, False, "auto"):
            raise SettingError(
                "log must be True, False or 'auto' for whole numbers", name="log", value=self.log
            )
        object.__setattr__(self, "when", condition(self.when))
        for name in ("low", "high", "step"):
            self._check_whole(name)
        divides = self.step > 0 and (self.high - self.low) % self.step == 0
        _check_step(self.low, self.high, self.step, divides)
        if self.log is True and self.step != 1:
            raise SettingError(
                "step must be 1 on a log scale", "Drop one of them.", name="step", value=self.step
            )
        object.__setattr__(self, "also", tuple(self.also))

    def _check_whole(self, name: str) -> None:
        value = getattr(self, name)
        if not is_number(value) or value != int(value):
            raise SettingError(
                f"{name} must be an integer",
                "Use Float for a continuous range.",
                name=name,
                value=value,
            )
        object.__setattr__(self, name, int(value))

    def contains(self, value: object) -> bool:
        """Return whether the value is a whole number of the range, or among ``also``."""
        if any(same(value, other) for other in self.also):
            return True
        if not _is_real(value) or not math.isfinite(value) or value != int(value):
            return False
        return self.low <= value <= self.high and (int(value) - self.low) % self.step == 0

    @property
    def size(self) -> float:
        """The number of values."""
        return self._steps + len(self.also)

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return up to ``count`` values, evenly spread from end to end, and then ``also``."""
        if self.log and self._steps > count:
            shares = (between_ends(self.low, self.high, True, share) for share in _shares(count))
            return (*sorted(set(map(round, shares))), *self.also)
        return (*(self.low + i * self.step for i in spread(self._steps, count)), *self.also)

    @property
    def _steps(self) -> int:
        return (self.high - self.low) // self.step + 1


def _is_real(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(steps: float) -> bool:
    return math.isfinite(steps) and abs(steps - round(steps)) < CLOSE


def _shares(count: int) -> list[float]:
    """Return ``count`` shares of the way from one end to the other, both ends among them."""
    return [i / max(1, count - 1) for i in range(count)]


def _check_step(low: float, high: float, step: float, divides: bool) -> None:
    if step <= 0:
        raise SettingError("step > 0 must hold", name="step", value=step, got=f"{step=}")
    if not divides:
        last = low + (high - low) // step * step
        raise SettingError(
            "step must divide high - low",
            f"For example high={last:.12g}.",
            name="step",
            value=step,
            got=f"{low=}, {high=}, {step=}",
        )
