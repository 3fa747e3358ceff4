"""Scorers: scikit-learn's by name, callables, and those of clusterings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autotune.facts.types import AnyArray, Column, Estimator, Scorer, Table
from autotune.objective.rows import take

UNSUPERVISED = ("silhouette_score", "calinski_harabasz_score", "davies_bouldin_score")
UNCLUSTERED = -1  # the label of rows that are in no cluster
# What a clustering is worth that leaves nothing to judge; the third metric has no worst value.
LEAST_SCORES = {"silhouette_score": -1.0, "calinski_harabasz_score": 0.0}


def scorer(scoring: Scorer) -> Any:
    """Return the scorer that a metric's name stands for; None for the estimator's own score."""
    if isinstance(scoring, str) and scoring == "score":
        return None
    is_name = isinstance(scoring, str) and scoring in UNSUPERVISED
    return ClusterScorer(scoring) if is_name else scoring


@dataclass(frozen=True)
class ClusterScorer:
    """Scores the labels that an estimator gives the data: by their distances, or by true labels.

    Noise is no cluster: distances are judged on the rows within clusters, and a score counts by
    the share of these rows. One cluster, or none, has the worst score there is.
    """

    name: str
    """The name of the metric."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of the metric."""

    def __call__(self, estimator: Estimator, X: Table, y: Column = None) -> float:
        """Return the score of the labels.

        Raises:
            ValueError: if there is nothing to judge, and the metric has no worst value.
        """
        import numpy as np
        from sklearn import metrics

        labels = np.asarray(cluster_labels(estimator, X))
        metric = getattr(metrics, self.name)
        if self.name not in UNSUPERVISED:
            return float(metric(y, labels, **self.params))
        rows = np.flatnonzero(labels != UNCLUSTERED)
        clusters = len(np.unique(labels[rows]))
        if not 2 <= clusters < len(rows):
            if self.name in LEAST_SCORES:
                return LEAST_SCORES[self.name]
            raise ValueError(f"{self.name} must have 2 clusters or more, got {clusters}")
        points = as_numbers(estimator, X)
        score = metric(take(points, rows), labels[rows], **self.params)
        share = len(rows) / len(labels)
        is_loss = self.name == "davies_bouldin_score"
        return float(score / share if is_loss else score * share if score > 0 else score)


def as_numbers(estimator: Estimator, X: Table) -> Any:
    """Return rows as a pipeline's last step gets them where X holds words, dates or gaps."""
    if not hasattr(estimator, "steps") or not hasattr(X, "isna"):
        return X
    are_numbers = all(getattr(dtype, "kind", "O") in "biuf" for dtype in X.dtypes)
    return X if are_numbers and not X.isna().to_numpy().any() else estimator[:-1].transform(X)


def cluster_labels(estimator: Estimator, X: Table) -> AnyArray:
    """Return the labels of rows: predicted, or those of the fit where these rows were fitted."""
    if hasattr(estimator, "predict"):
        return estimator.predict(X)
    steps = getattr(estimator, "steps", None)
    labels = getattr(steps[-1][1] if steps else estimator, "labels_", None)
    rows = X.shape[0] if hasattr(X, "shape") else len(X)
    is_fitted = labels is not None and len(labels) == rows
    return labels if is_fitted else estimator.fit_predict(X)
