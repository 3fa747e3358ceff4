"""Metrics that are recorded beside the tuned one: their scorers, and their scores by fold."""

from collections.abc import Iterable, Mapping
from typing import Any

from autotune.facts.types import Column, Estimator, Scorer, Table
from autotune.objective.scoring import scorer

TUNED = "test_score"  # the tuned metric's scores among the results of cross-validation
MARK = "further: "  # so that no metric's name is taken for the tuned one


def own_score(estimator: Estimator, X: Table, y: Column = None) -> float:
    """Return the estimator's own score."""
    return float(estimator.score(X) if y is None else estimator.score(X, y))


def scorers(tuned: Scorer, further: Mapping[str, Scorer]) -> Any:
    """Return the scorer of the tuned metric, or of several, each by its name in the results."""
    if not further:
        return scorer(tuned)
    named = {"score": tuned} | {f"{MARK}{name}": scoring for name, scoring in further.items()}
    return {name: scorer(scoring) or own_score for name, scoring in named.items()}


def results_name(metric: str) -> str:
    """Return the name that a further metric has among the results of cross-validation."""
    return f"test_{MARK}{metric}"


def further_metrics(results: Mapping[str, Any], names: Iterable[str]) -> dict[str, float]:
    """Return the mean of each further metric, and its score in each fold."""
    metrics: dict[str, float] = {}
    for name in names:
        scores = [float(score) for score in results[results_name(name)]]
        metrics[name] = sum(scores) / len(scores)
        metrics |= {f"{name} fold_{i}": score for i, score in enumerate(scores)}
    return metrics
