"""The figures of one family: regret, ranks and trials to match.

They are taken at equal trials and at equal training time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.curves import Task, first_at_least, tasks
from benchmarks.quality.rows import BY_HAND
from benchmarks.quality.stats import (
    critical_difference,
    friedman,
    geometric_mean,
    holm,
    interval,
    paired,
    ranks,
)

MARKS, TIMES = (1, 5, 10, 20, 50), (10, 20, 50)
TYPICAL, DEFAULT, OURS = "hand:typical", "default", "autotune"
# Of regret: less is called neither a loss nor better than the default, which rounding moves.
MARGIN = 0.01


def family(rows: pd.DataFrame, trials: int) -> dict[str, Any]:
    """Return all figures of one family's rows, ``methods`` in the order of final regret."""
    found = list(tasks(rows, trials))
    if not found:
        return {"tasks": 0, "rows": len(rows), "methods": {}}
    marks = sorted({*(m for m in MARKS if m < trials), trials})
    methods = sorted(found[0].scores, key=lambda m: _mean(found, m, trials))
    hand = next((m for m in methods if m.startswith(BY_HAND)), None)
    against = {
        k: m
        for k, m in {
            "best_hand_set": hand,
            "typical": TYPICAL if TYPICAL in methods else None,
        }.items()
        if m
    }
    by_rank = {
        k: ranks([[t.means(m)[k - 1] for m in methods] for t in found]).mean(axis=0) for k in marks
    }
    corrected, figures = versus(found, methods), {}
    for i, method in enumerate(methods):
        figures[method] = _method(found, method, trials, marks) | _told(rows, method)
        figures[method]["rank"] = {k: _round(by_rank[k][i]) for k in marks}
        figures[method]["match"] = {k: match(found, method, m, trials) for k, m in against.items()}
        figures[method]["regret_at_time"] = _at_times(found, method, hand, trials)
        figures[method]["better_than_default"] = better_than_default(found, method, trials)
        figures[method]["p"] = corrected.get(method)
    return {
        "tasks": len(found),
        "tasks_run": int(rows["problem"].nunique()),
        "seeds": int(rows["seed"].nunique()),
        "trials": trials,
        "against": against,
        "methods": figures,
        "losses": losses(found, hand, trials),
        "friedman_p": {
            k: friedman([[t.means(m)[k - 1] for m in methods] for t in found]) for k in marks
        },
        "paired": {
            k: paired(*([t.regrets[n][-1] for t in found] for n in (OURS, m)))
            for k, m in against.items()
            if OURS in methods
        },
        "critical_difference": _round(critical_difference(len(methods), len(found))),
        "left_out": sorted(set(rows["method"]) - set(methods)),
    }


def _mean(found: Sequence[Task], method: str, trial: int) -> float:
    return float(np.mean([t.regrets[method][trial - 1] for t in found]))


def _method(found: Sequence[Task], method: str, trials: int, marks: list[int]) -> dict[str, Any]:
    last = [t.regrets[method][trials - 1] for t in found]
    low, high = interval(last, [t.group for t in found])
    curve = np.mean([t.regrets[method] for t in found], axis=0)
    return {
        "regret": {k: _round(curve[k - 1]) for k in marks},
        "final": _round(curve[-1]),
        "interval": [_round(low), _round(high)],
        "curve": [_round(v) for v in curve],
    }


def _told(rows: pd.DataFrame, method: str) -> dict[str, Any]:
    of = rows[rows["method"] == method]
    errors = of.loc[of["error"] != "", "error"].value_counts()
    return {
        "rows": len(of),
        "rows_with_errors": int(errors.sum()),
        "errors": {str(k): int(v) for k, v in errors.head(3).items()},
        "failed_trials": int(of["failed"].sum()),
        "notes": of["notes"].iloc[0],
        "budget": of["budget"].iloc[0],
    }


def versus(found: Sequence[Task], methods: Sequence[str]) -> dict[str, float]:
    """Return by method the p-value of autotune's final regret against its own.

    The test is over the tasks, corrected for all methods.
    """
    others = [m for m in methods if m != OURS] if OURS in methods else []
    return holm(
        {
            m: p
            for m in others
            if (p := paired(*([t.regrets[n][-1] for t in found] for n in (OURS, m)))["p"])
            is not None
        }
    )


def match(found: Sequence[Task], method: str, other: str, trials: int) -> dict[str, Any]:
    """Return how soon a method's mean curve reaches another's last score.

    A task where it is never reached counts as one trial more.

    The speed-up is the geometric mean over tasks, 1 where it is never reached; ``near`` counts
    coming within the margin.
    """
    near = [
        first_at_least(t.means(method), t.means(other)[trials - 1] - MARGIN * (t.best - t.median))
        for t in found
    ]
    first = [first_at_least(t.means(method), t.means(other)[trials - 1]) for t in found]
    speed = [trials / n if n else 1.0 for n in first]
    low, high = interval(speed, [t.group for t in found], geometric_mean)
    return {
        "median": float(np.median([n or trials + 1 for n in first])),
        "share": _round(np.mean([n is not None for n in first])),
        "speed_up": _round(geometric_mean(speed)),
        "interval": [_round(low), _round(high)],
        "near": {
            "median": float(np.median([n or trials + 1 for n in near])),
            "share": _round(np.mean([n is not None for n in near])),
        },
    }


def better_than_default(found: Sequence[Task], method: str, trials: int) -> dict[str, Any] | None:
    """Return the median first trial that beats the library's default by the margin.

    With it comes the share of tasks that have such a trial.
    """
    if any(DEFAULT not in t.scores for t in found):
        return None
    first = [
        first_at_least(t.means(method), t.means(DEFAULT)[0] + MARGIN * (t.best - t.median))
        for t in found
    ]
    return {
        "median": float(np.median([n or trials + 1 for n in first])),
        "share": _round(np.mean([n is not None for n in first])),
        "at_once": _round(np.mean([n is not None and n <= 2 for n in first])),
    }


def _at_times(
    found: Sequence[Task], method: str, hand: str | None, trials: int
) -> dict[int, float]:
    if hand is None:
        return {}
    return {
        k: _round(np.mean([t.regret_at(method, t.seconds_of(hand, k)) for t in found]))
        for k in TIMES
        if k <= trials
    }


def losses(found: Sequence[Task], hand: str | None, trials: int) -> dict[str, Any]:
    """Return where autotune ends behind.

    These are the tasks behind the best hand-set space, and the methods ahead on average.
    """
    if OURS not in found[0].scores:
        return {}
    ours = _mean(found, OURS, trials)
    ahead = sorted(m for m in found[0].scores if _mean(found, m, trials) < ours)
    pairs = (
        [(t.name, *(t.regrets[m][trials - 1] for m in (OURS, hand))) for t in found] if hand else []
    )
    behind = sorted(
        ((n, _round(a), _round(b)) for n, a, b in pairs if a > b + MARGIN),
        key=lambda p: p[2] - p[1],
    )
    return {
        "methods_ahead": ahead,
        "tasks_behind": [{"task": n, OURS: a, "hand_set": b} for n, a, b in behind],
        "beyond_noise": [t.name for t in found if hand and is_behind(t, hand)],
        "beyond_1_percent": [
            t.name
            for t in found
            if hand and t.means(hand)[-1] - t.means(OURS)[-1] > abs(t.means(hand)[-1]) / 100
        ],
    }


def is_behind(task: Task, hand: str) -> bool:
    """Return whether autotune's final regret is clearly higher.

    It must be by more than the margin and than two standard errors over the seeds.
    """
    ours, theirs = (task.regret(task.scores[m])[:, -1] for m in (OURS, hand))
    error = (
        np.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / len(ours))
        if len(ours) > 1
        else 0.0
    )
    return bool(ours.mean() - theirs.mean() > max(MARGIN, 2 * error))


def _round(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
