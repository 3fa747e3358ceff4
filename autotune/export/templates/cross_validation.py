"""The score of an estimator over the folds."""

import math
import warnings

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.model_selection import cross_validate

from autotune.export.templates.placeholders import FOLDS, METRIC


def mean_score(
    estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None, scoring: object
) -> float:
    """Return the estimator's mean score over the folds.

    Raises:
        ValueError: if it is not finite.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folds = cross_validate(estimator, X, y, scoring=scoring, cv=FOLDS, error_score="raise")
    scores = [float(score) for score in folds["test_score"]]
    mean = sum(scores) / len(scores)
    if not math.isfinite(mean):
        raise ValueError(f"{METRIC} must be finite, got {scores}")
    return mean
