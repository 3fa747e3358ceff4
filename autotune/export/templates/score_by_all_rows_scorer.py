"""The score of an estimator by a score of its clusters on all rows that they were found in."""

import math
import warnings

import pandas as pd
from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import METRIC, METRIC_PARAMS
from autotune.objective.scoring import ClusterScorer


def score(estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None) -> float:
    """Return the score of the estimator's clusters.

    Raises:
        ValueError: if it is not finite.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = ClusterScorer(METRIC, METRIC_PARAMS)(estimator.fit(X), X, y)
    if not math.isfinite(value):
        raise ValueError(f"{METRIC} must be finite, got {value}")
    return value
