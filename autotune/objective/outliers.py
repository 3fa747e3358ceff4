"""Outlier detectors judged by labelled outliers: their scores rank rows, as a classifier's do."""

from dataclasses import dataclass
from typing import Any

from autotune.errors import SettingError
from autotune.facts.classes import OUTLIER
from autotune.facts.types import AnyArray, Column, Estimator, Scorer, Table

RESPONSES = ("decision_function", "score_samples")  # larger for rows that are no outliers


def check_detector(estimator: Estimator) -> None:
    """Refuse a detector that gives no scores for rows that it was not fitted on.

    Raises:
        SettingError: naming what it lacks.
    """
    if not any(hasattr(estimator, name) for name in RESPONSES):
        name = type(estimator).__name__
        raise SettingError(
            f"{name} must score rows that it was not fitted on, by {' or '.join(RESPONSES)}",
            "Set it up for that (novelty=True), or pass metric=f(estimator, X, y).",
            name="metric",
        )


class OutlierRanking:
    """A fitted detector as a classifier of rows: 1 for outliers, 0 for others."""

    _estimator_type = "classifier"

    def __init__(self, detector: Estimator) -> None:
        import numpy as np

        self.detector, self.classes_ = detector, np.array([0, 1])

    def decision_function(self, X: Table) -> AnyArray:
        """Return scores that are larger for outliers."""
        name = next(name for name in RESPONSES if hasattr(self.detector, name))
        return -getattr(self.detector, name)(X)

    def predict(self, X: Table) -> AnyArray:
        """Return 1 for rows that the detector calls outliers."""
        return (self.detector.predict(X) == OUTLIER).astype(int)

    def fit(self, X: Table, y: Column = None) -> "OutlierRanking":
        """Return itself: its detector is fitted."""
        return self

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
        )


@dataclass(frozen=True)
class OutlierScorer:
    """Scores a detector by a classifier's metric, with outliers as the positive class."""

    scoring: Scorer
    """The scorer, or its name."""
    label: Any
    """The label of outliers."""

    def __call__(self, detector: Estimator, X: Table, y: Column) -> float:
        """Return the score."""
        import numpy as np
        from sklearn.metrics import get_scorer

        scorer = get_scorer(self.scoring) if isinstance(self.scoring, str) else self.scoring
        is_outlier = (np.asarray(y) == self.label).astype(int)
        return float(scorer(OutlierRanking(detector), X, is_outlier))
