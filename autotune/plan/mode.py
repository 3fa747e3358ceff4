"""Which values of a metric are better."""

from collections.abc import Iterable
from enum import StrEnum


class Mode(StrEnum):
    """Whether the larger or the smaller value of a metric is better; it is its text, too."""

    MAX = "max"
    MIN = "min"

    # The text itself: a mode is printed, compared and written as people write it.
    __repr__ = str.__repr__

    @property
    def sign(self) -> int:
        """1 or -1: a value times this is larger where it is better."""
        return 1 if self is Mode.MAX else -1

    def better(self, value: float, other: float) -> bool:
        """Return whether a value is better than another one; equal ones are not."""
        return self.sign * value > self.sign * other

    def best(self, values: Iterable[float]) -> float | None:
        """Return the best of some values, or None if there are none."""
        return max(values, key=lambda value: self.sign * value, default=None)
