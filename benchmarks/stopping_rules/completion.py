"""Replaying searches: when a criterion of completion would have ended them, and what that lost."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autotune.stopping.completion import Completion
from benchmarks.stopping_rules.curves import ORDERS, Curves, read
from benchmarks.stopping_rules.replay import Row, summary

LEAST = 10  # trials that must agree
CRITERIA: dict[str, tuple[str, float, float]] = {
    "none": ("convergence", 2.0, 0.0),
    "0.3 of the trials agree within 1 %": ("convergence", 0.3, 0.01),
    "0.5 of the trials agree within 1 %": ("convergence", 0.5, 0.01),
    "0.7 of the trials agree within 1 %": ("convergence", 0.7, 0.01),
    "0.5 of the trials agree within 0.2 %": ("convergence", 0.5, 0.002),
    "0.5 of the trials without 1 % gain": ("no_improvement", 0.5, 0.01),
    "0.7 of the trials without any gain": ("no_improvement", 0.7, 0.0),
}
"""By name the criterion, the share of the trials it counts, and its tolerance."""


def ended(criteria: Mapping[str, float], values: list[float]) -> int:
    """Return after how many trials the criteria end a search."""
    completion = Completion(criteria, "max")
    for count, value in enumerate(values, start=1):
        completion.add(value)
        if completion.fired:
            return count
    return len(values)


def rows(curves: Curves, name: str, trials: int) -> Iterator[Row]:
    """Yield by search its task, the share of the trials saved, and the points lost."""
    criterion, share, tolerance = CRITERIA[name]
    count = max(LEAST, math.ceil(share * trials))
    for (task, _), of_search in curves.items():
        values = (of_search[:trials, -1] / 100).tolist()
        used = ended({criterion: count, "tolerance": tolerance}, values)
        yield task, 1 - used / trials, 100 * (max(values) - max(values[:used]))


def figures(cache: Path, trials: int) -> dict[str, Any]:
    """Return figures by order and criterion of searches of so many trials."""
    return {
        order: {name: summary(rows(read(cache, order), name, trials)) for name in CRITERIA}
        for order in ORDERS
    }
