"""Hyperparameters with a normal distribution, of themselves or of their logarithm."""

import math
from dataclasses import KW_ONLY, dataclass, field
from statistics import NormalDist
from typing import Any

from autotune.errors import SettingError
from autotune.space.calls import called_as
from autotune.space.conditions import When, condition
from autotune.space.scale import check_number, check_quantum, is_multiple, quantised

LOWEST = 0.001  # the quantile at which normal distributions end


@called_as("Normal(mean, std, q=None, when=None)")
@dataclass(frozen=True)
class Normal:
    """A normally distributed hyperparameter, searched from its quantile 0.001 to 0.999.

    Raises:
        SettingError: with the formula that must hold.
    """

    mean: float
    """The mean."""
    std: float
    """The standard deviation."""
    _: KW_ONLY
    q: float | None = None
    """Rounds each draw to a multiple of q."""
    when: When | None = field(default=None, repr=False, compare=False)
    """The values of others under which it is used, such as ``{"optimizer": ["sgd"]}``."""

    def __post_init__(self) -> None:
        check_number(self.mean, "mean")
        check_number(self.std, "std")
        check_quantum(self.q)
        object.__setattr__(self, "when", condition(self.when))
        if self.std <= 0:
            raise SettingError(
                "std > 0 must hold", name="std", value=self.std, got=f"std={self.std!r}"
            )

    def contains(self, value: object) -> bool:
        """Return whether the value is between the quantiles searched, and a multiple of q."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        low, high = self.at(LOWEST), self.at(1 - LOWEST)
        slack = 1e-9 * (high - low)
        return is_multiple(value, self.q) and low - slack <= value <= high + slack

    @property
    def size(self) -> float:
        """Always infinite."""
        return math.inf

    def levels(self, count: int) -> tuple[Any, ...]:
        """Return ``count`` values at evenly spread quantiles."""
        return tuple(self.at((i + 0.5) / count) for i in range(count))

    def at(self, quantile: float) -> float:
        """Return the value at a quantile in (0, 1)."""
        return quantised(self._at(quantile), self.q)

    def _at(self, quantile: float) -> float:
        return NormalDist(self.mean, self.std).inv_cdf(quantile)

    def quantile(self, value: float) -> float:
        """Return the quantile of a value, within those that are searched."""
        return min(max(NormalDist(self.mean, self.std).cdf(value), LOWEST), 1 - LOWEST)


@called_as("LogNormal(mean, std, q=None, when=None)")
@dataclass(frozen=True)
class LogNormal(Normal):
    """A hyperparameter whose natural logarithm has a normal distribution."""

    def _at(self, quantile: float) -> float:
        return math.exp(super()._at(quantile))

    def quantile(self, value: float) -> float:
        """Return the quantile of a value, within those that are searched."""
        return super().quantile(math.log(value)) if value > 0 else LOWEST
