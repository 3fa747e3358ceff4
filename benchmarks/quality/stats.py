"""Tests and intervals over tasks.

They are Friedman's test, Nemenyi's critical difference, and the bootstrap by groups of related
tasks.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, studentized_range, wilcoxon

DRAWS = 2000


def ranks(scores: Any) -> Any:
    """Return the ranks of methods (columns) on each task (row).

    Rank 1 is the highest score; ties share the mean.
    """
    return np.array([rankdata(-row) for row in np.asarray(scores, dtype=float)])


def friedman(scores: Any) -> float | None:
    """Return Friedman's p-value that all methods are alike.

    It is None with fewer than three methods or two tasks.
    """
    scores = np.asarray(scores, dtype=float)
    if scores.ndim < 2 or scores.shape[0] < 2 or scores.shape[1] < 3 or np.ptp(ranks(scores)) == 0:
        return None
    return float(friedmanchisquare(*scores.T).pvalue)


def critical_difference(methods: int, tasks: int, level: float = 0.05) -> float | None:
    """Return how far two average ranks must be apart (Nemenyi; Demsar 2006, JMLR 7)."""
    if methods < 2 or tasks < 1:
        return None
    q = studentized_range.ppf(1 - level, methods, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(methods * (methods + 1) / (6 * tasks)))


def paired(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, Any]:
    """Return on how many tasks regret is lower, equal, higher than another's, and a p-value.

    The p-value is Wilcoxon's, None if all are equal.
    """
    gap = np.round(np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float), 9)
    p = float(wilcoxon(gap).pvalue) if len(gap) > 1 and gap.any() else None
    return {
        "better": int((gap < 0).sum()),
        "equal": int((gap == 0).sum()),
        "worse": int((gap > 0).sum()),
        "p": p,
    }


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values corrected for their number by Holm's steps.

    Holm (1979), Scandinavian Journal of Statistics 6.
    """
    reached, found = 0.0, {}
    for i, (name, p) in enumerate(sorted(values.items(), key=lambda pair: pair[1])):
        reached = max(reached, min(1.0, (len(values) - i) * p))
        found[name] = float(f"{reached:.4g}")
    return found


def interval(
    values: Sequence[float], groups: Sequence[str], of: Callable[[Any], float] = np.mean
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a statistic over tasks.

    It draws whole groups of related tasks.
    """
    values = np.asarray(values, dtype=float)
    members = [np.flatnonzero(np.asarray(groups) == g) for g in sorted(set(groups))]
    rng = np.random.default_rng(0)
    drawn = [
        values[np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])]
        for _ in range(DRAWS)
    ]
    low, high = np.quantile([of(d) for d in drawn], [0.025, 0.975])
    return float(low), float(high)


def geometric_mean(values: Any) -> float:
    """Return the geometric mean."""
    return float(np.exp(np.mean(np.log(values))))
