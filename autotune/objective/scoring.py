"""Scorers: scikit-learn's by name, callables, and those of clusterings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass


UNSUPERVISED = ("silhouette_score", "calinski_harabasz_score", "davies_bouldin_score")


def scorer(scoring: Any) -> Any:
    """Return the scorer that a metric's name stands for, our own for clusterings and for the estimator's own score."""
    if scoring == "score":
        return None
    return ClusterScorer(scoring) if scoring in UNSUPERVISED else scoring


@dataclass(frozen=True)
class ClusterScorer:
    """Scores the labels an estimator gives to the data; rows called noise (label -1) are a cluster of their own."""

    name: str

    def __call__(self, estimator: Any, X: Any, y: Any = None) -> float:
        """Return the score of the labels."""
        from sklearn import metrics

        labels = estimator.predict(X) if hasattr(estimator, "predict") else estimator.fit_predict(X)
        found = len(set(labels.tolist()))
        if not 2 <= found < len(labels):
            raise ValueError(f"{self.name} must have 2 to {len(labels) - 1} clusters, got {found}")
        return float(getattr(metrics, self.name)(X, labels))
