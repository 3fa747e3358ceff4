"""The score of an estimator by a score of its clusters."""

import pandas as pd
from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import METRIC, METRIC_PARAMS, mean_score
from autotune.objective.scoring import ClusterScorer


def score(estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None) -> float:
    """Return the estimator's mean score over the folds, which are the same in every trial."""
    return mean_score(estimator, X, y, scoring=ClusterScorer(METRIC, METRIC_PARAMS))
