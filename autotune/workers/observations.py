"""What a trial shows besides its result: metrics by steps, their statistics, and warnings."""

import math
import time
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_VALUES = 10_000  # values of all metrics that a trial's table of steps keeps
MAX_KINDS = 50  # kinds of warnings that a trial counts


@dataclass(frozen=True)
class Observations:
    """What a trial showed, as plain data that travels with its last event."""

    steps: Mapping[str, Any] = field(default_factory=dict)
    """The steps, the seconds since the trial's start, and by metric the values, as columns."""
    statistics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By metric its min, max, mean, std, last and count over the trial."""
    warnings: Mapping[str, int] = field(default_factory=dict)
    """By kind how many warnings were raised."""

    def describe(self) -> dict[str, Any]:
        """Return what was observed as JSON-safe data, without empty parts."""
        parts = {"steps": self.steps, "statistics": self.statistics, "warnings": self.warnings}
        return {name: dict(part) for name, part in parts.items() if part}


class Moments:
    """Statistics of one metric, updated value by value."""

    def __init__(self) -> None:
        self.count, self.mean, self.squares = 0, 0.0, 0.0
        self.low, self.high, self.last = math.inf, -math.inf, math.nan

    def add(self, value: float) -> None:
        """Take a value."""
        self.count += 1
        difference = value - self.mean
        self.mean += difference / self.count
        self.squares += difference * (value - self.mean)
        self.low, self.high, self.last = min(self.low, value), max(self.high, value), value

    def describe(self) -> dict[str, float]:
        """Return the statistics by name.

        >>> moments = Moments()
        >>> for value in (1.0, 3.0):
        ...     moments.add(value)
        >>> moments.describe()
        {'min': 1.0, 'max': 3.0, 'mean': 2.0, 'std': 1.0, 'last': 3.0, 'count': 2}
        """
        return {
            "min": self.low,
            "max": self.high,
            "mean": self.mean,
            "std": math.sqrt(max(0.0, self.squares / self.count)),
            "last": self.last,
            "count": self.count,
        }


class Observer:
    """Takes what a running trial shows, in bounded memory."""

    def __init__(self) -> None:
        self._started_at = time.perf_counter()
        self._rows: list[tuple[int, float, dict[str, float]]] = []
        self._moments: dict[str, Moments] = {}
        self._stride, self._count, self._last_row = 1, 0, (0, 0.0, dict[str, float]())
        self._warnings: Counter[str] = Counter()

    def take(self, step: int, metrics: Mapping[str, float]) -> None:
        """Take metrics of a step; where there are many, fewer and fewer steps are kept."""
        self.add(metrics)
        if self._count and self._last_row[0] == step:
            self._last_row[2].update(metrics)
            return
        self._last_row = (step, time.perf_counter() - self._started_at, dict(metrics))
        if self._count % self._stride == 0:
            self._rows.append(self._last_row)
        self._count += 1
        if len(self._rows) * len(self._moments) > MAX_VALUES:
            self._rows, self._stride = self._rows[::2], self._stride * 2

    def add(self, metrics: Mapping[str, float]) -> None:
        """Take metrics that belong to no step, such as those that a function returns."""
        for name, value in metrics.items():
            self._moments.setdefault(name, Moments()).add(value)

    def warn(self, category: type[Warning]) -> bool:
        """Count a warning; return whether it is the first of its kind."""
        kind = category.__name__
        if kind not in self._warnings and len(self._warnings) >= MAX_KINDS:
            kind = "Warning"
        self._warnings[kind] += 1
        return self._warnings[kind] == 1

    def observations(self) -> Observations:
        """Return what was taken so far."""
        rows = self._rows
        if self._count and self._last_row is not rows[-1]:
            rows = [*rows, self._last_row]
        return Observations(_columns(rows), self._statistics(rows), dict(self._warnings))

    def _statistics(self, rows: list[tuple[int, float, dict[str, float]]]) -> dict[str, Any]:
        """Return the statistics; without steps each metric is its own only value."""
        if not rows:
            return {}
        return {name: moments.describe() for name, moments in self._moments.items()}


def _columns(rows: list[tuple[int, float, dict[str, float]]]) -> dict[str, Any]:
    if not rows:
        return {}
    names = dict.fromkeys(name for _, _, metrics in rows for name in metrics)
    return {
        "step": [step for step, _, _ in rows],
        "seconds": [round(seconds, 3) for _, seconds, _ in rows],
        "metrics": {name: [metrics.get(name) for _, _, metrics in rows] for name in names},
    }


def count_warnings() -> None:
    """Let this process show every warning but those for developers, as a count is made of them.

    Nothing changes where the user's own ``PYTHONWARNINGS`` says otherwise.
    """
    import sys

    if sys.warnoptions == ["ignore"]:  # as the pool of workers sets it
        warnings.resetwarnings()
        warnings.simplefilter("always")
        for developers in (DeprecationWarning, PendingDeprecationWarning, ImportWarning):
            warnings.simplefilter("ignore", developers)
        warnings.simplefilter("ignore", ResourceWarning)
