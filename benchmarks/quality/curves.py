"""Rows as curves of each method's best so far.

They give the score and the normalised regret on each task, seed by seed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.rows import BY_HAND

WORST = 2.0  # what regret is clipped to, and what a method without any result has
RANDOM_DRAWS = 10  # with which Optuna's default sampler begins
LEAST_SHARE = 0.5  # of the tasks that a method must have been run on to be compared


@dataclass(frozen=True)
class Task:
    """One task: each method's best score so far, and each seed's running total of seconds.

    Scores are arrays of seeds by trials.

    ``best`` and ``median`` are the scores of regret 0 and 1: the best known, and the median of
    random search.
    """

    name: str
    group: str
    best: float
    median: float
    scores: Mapping[str, Any]
    seconds: Mapping[str, tuple[Any, ...]]

    def regret(self, scores: Any) -> Any:
        """Return scores as regret, clipped."""
        return np.clip((self.best - scores) / (self.best - self.median), 0, WORST)

    @cached_property
    def regrets(self) -> dict[str, Any]:
        """The mean regret over the seeds, by method, at each trial."""
        return {m: self.regret(s).mean(axis=0) for m, s in self.scores.items()}

    def means(self, method: str) -> Any:
        """Return the mean score over the seeds at each trial; lowest where a seed has no result."""
        return self.scores[method].mean(axis=0)

    def regret_at(self, method: str, seconds: float) -> float:
        """Return the mean regret of what a method had found after so many seconds of training."""
        ended = [
            int(np.searchsorted(t, seconds * (1 + 1e-9), side="right"))
            for t in self.seconds[method]
        ]
        curves = self.regret(self.scores[method])
        return float(
            np.mean([curve[n - 1] if n else WORST for curve, n in zip(curves, ended, strict=True)])
        )

    def seconds_of(self, method: str, trial: int) -> float:
        """Return the mean training seconds that a method's first trials took."""
        return float(
            np.mean([t[min(trial, len(t)) - 1] if len(t) else 0.0 for t in self.seconds[method]])
        )


def compared(rows: pd.DataFrame) -> list[str]:
    """Return the methods that were run on enough of the tasks."""
    counts = rows.groupby("method")["problem"].nunique()
    return sorted(counts[counts >= LEAST_SHARE * rows["problem"].nunique()].index)


def tasks(rows: pd.DataFrame, trials: int) -> Iterator[Task]:
    """Give the tasks where compared methods have rows of the same seeds, and scores differ."""
    methods = compared(rows)
    for _, of in rows.groupby("problem"):
        seeds = [set(of.loc[of["method"] == m, "seed"]) for m in methods]
        common = set.intersection(*seeds) if seeds else set()
        task = _task(of[of["seed"].isin(common)], methods, trials, *ends(of)) if common else None
        if task and task.best > task.median:
            yield task


def ends(of: pd.DataFrame) -> tuple[float, float]:
    """Return the best known score of a task and the median of random search in its widest space.

    Where that was not run, it is the median of the draws at random with which the searches of
    hand-set spaces begin.
    """
    found = [v for scores in of["scores"] for v in scores if np.isfinite(v)]
    best = max([*of["best_known"].dropna(), *found], default=np.nan)
    widest, hand = of["method"] == "random:widest", of["method"].str.startswith(BY_HAND)
    begun = (
        of.loc[widest, "scores"]
        if widest.any()
        else of.loc[hand, "scores"].map(lambda s: s[:RANDOM_DRAWS])
    )
    drawn = [v for s in begun for v in s if np.isfinite(v)]
    known = of["random_median"].dropna()
    return best, float(known.iloc[0]) if len(known) else float(
        np.median(drawn)
    ) if drawn else np.nan


def _task(of: pd.DataFrame, methods: list[str], trials: int, best: float, median: float) -> Task:
    mine = {m: of[of["method"] == m].sort_values("seed") for m in methods}
    return Task(
        of["task"].iloc[0],
        of["group"].iloc[0],
        best,
        median,
        {m: np.array([padded(b, trials) for b in f["best"]]) for m, f in mine.items()},
        {m: tuple(np.cumsum(s) for s in f["seconds"]) for m, f in mine.items()},
    )


def padded(best: Any, trials: int) -> Any:
    """Return a curve of so many trials.

    A method that ended early keeps its best; one without a result has the lowest score.
    """
    curve = np.full(trials, -np.inf)
    known = np.asarray(best, dtype=float)[:trials]
    curve[: len(known)] = np.where(np.isnan(known), -np.inf, known)
    curve[len(known) :] = curve[len(known) - 1] if len(known) else -np.inf
    return curve


def first_at_least(curve: Any, target: float) -> int | None:
    """Return the first trial, from 1, at which a curve reaches a target."""
    reached = np.flatnonzero(np.asarray(curve) >= target - 1e-12)
    return int(reached[0]) + 1 if len(reached) else None
