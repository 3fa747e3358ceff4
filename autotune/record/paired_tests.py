"""Paired tests: exact sign flips for a few pairs, and a corrected t-test for folds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Five pairs that all agree reach p = 2 / 2**5 = 0.0625 and no less, so 0.05 would need six.
ALPHA = 0.1
MAX_PAIRS = 16  # 2**16 sign flips take a moment


@dataclass(frozen=True)
class Difference:
    """A summary of paired differences."""

    mean: float
    """The mean of the differences."""
    low: float
    """The lower end of the interval for the mean."""
    high: float
    """The upper end of the interval for the mean."""
    level: float
    """The confidence level of the interval."""
    p: float
    """The two-sided p-value of no difference."""
    each: tuple[float, ...]
    """The differences."""

    @property
    def sign(self) -> int:
        """1 or -1 where the difference is beyond noise, else 0."""
        return 0 if self.p > ALPHA else 1 if self.mean > 0 else -1

    def describe(self) -> dict[str, Any]:
        """Return the difference as JSON-safe data."""
        return {
            "mean": self.mean,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "p": self.p,
            "each": list(self.each),
        }


def compare_pairs(differences: Sequence[float]) -> Difference:
    """Return a summary of paired differences by the exact sign-flip test.

    The test assumes of the differences' distribution only that it is symmetric.

    >>> compare_pairs([1.0, 2.0, 3.0, 4.0, 5.0])
    Difference(mean=3.0, low=1.0, high=5.0, level=0.9375, p=0.0625, each=(1.0, 2.0, 3.0, 4.0, 5.0))
    """
    low, high, level = _interval(differences)
    return Difference(
        sum(differences) / len(differences),
        low,
        high,
        level,
        sign_flip(differences),
        tuple(differences),
    )


def least_p(pairs: int) -> float:
    """Return the smallest p-value that so many pairs can give, which is when all agree."""
    return float(2.0 ** (1 - pairs))


def sign_flip(differences: Sequence[float]) -> float:
    """Return the exact two-sided p-value: the share of sign flips with a sum as far from zero.

    >>> sign_flip([0.0, 0.0]), sign_flip([1.0, -1.0, 1.0])
    (1.0, 1.0)
    """
    sums = [0.0]
    for difference in differences:
        sums = [total + signed for signed in (difference, -difference) for total in sums]
    # Flips of equal sum must count whatever the order of their additions rounds to.
    reached = abs(sum(differences)) - 1e-9 * sum(map(abs, differences))
    return sum(abs(total) >= reached for total in sums) / len(sums)


def _interval(differences: Sequence[float]) -> tuple[float, float, float]:
    """Return low, high and level of the interval of means that the sign-flip test accepts.

    The means of all subsets cut the line into parts of equal probability: Hartigan (1969), Using
    subsample values as typical values, Journal of the American Statistical Association 64.
    """
    sums = [(0.0, 0)]
    for difference in differences:
        sums += [(total + difference, count + 1) for total, count in sums]
    means = sorted(total / count for total, count in sums[1:])
    cut = max(1, math.floor(ALPHA / 2 * len(sums)))
    return means[cut - 1], means[-cut], 1 - 2 * cut / len(sums)


def corrected_t(differences: Sequence[float]) -> float | None:
    """Return the two-sided p-value of differences over the folds of one cross-validation.

    It is None if the differences do not vary.

    Folds share their training rows, so their variance is raised by the ratio of test to training
    rows, 1 / (k - 1): Nadeau, Bengio (2003), Inference for the generalization error, Machine
    Learning 52.
    """
    folds = len(differences)
    mean = sum(differences) / folds
    variance = sum((difference - mean) ** 2 for difference in differences) / (folds - 1)
    if variance <= (1e-9 * max(map(abs, differences))) ** 2:
        return None
    return student(mean / math.sqrt((1 / folds + 1 / (folds - 1)) * variance), folds - 1)


def student(statistic: float, freedom: int) -> float:
    """Return the two-sided p-value of Student's t with whole degrees of freedom.

    The finite series are 26.7.3 and 26.7.4 of Abramowitz, Stegun (1964), Handbook of Mathematical
    Functions.

    >>> round(student(2.776445, 4), 6), round(student(12.706205, 1), 6)
    (0.05, 0.05)
    """
    angle = math.atan(abs(statistic) / math.sqrt(freedom))
    odd, cosine = freedom % 2, math.cos(angle)
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for i in range(1 + odd, freedom, 2):
        total += term
        term *= cosine**2 * i / (i + 1)
    inside = math.sin(angle) * total
    return max(0.0, 1 - ((angle + inside) * 2 / math.pi if odd else inside))
