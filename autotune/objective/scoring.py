"""Scorers: scikit-learn's by name, callables, and those of clusterings."""

from dataclasses import dataclass
from typing import Any

from autotune.facts.types import Column, Estimator, Scorer, Table

UNSUPERVISED = ("silhouette_score", "calinski_harabasz_score", "davies_bouldin_score")


def scorer(scoring: Scorer) -> Any:
    """Return the scorer that a metric's name stands for; None for the estimator's own score."""
    if scoring == "score":
        return None
    return ClusterScorer(scoring) if scoring in UNSUPERVISED else scoring


@dataclass(frozen=True)
class ClusterScorer:
    """Scores the labels that an estimator gives the data; noise (label -1) is one more cluster."""

    name: str

    def __call__(self, estimator: Estimator, X: Table, y: Column = None) -> float:
        """Return the score of the labels."""
        from sklearn import metrics

        labels = estimator.predict(X) if hasattr(estimator, "predict") else estimator.fit_predict(X)
        clusters = len(set(labels.tolist()))
        if not 2 <= clusters < len(labels):
            raise ValueError(
                f"{self.name} must have 2 to {len(labels) - 1} clusters, got {clusters}"
            )
        return float(getattr(metrics, self.name)(X, labels))
