"""The score of an estimator over the folds."""

import math
import warnings
from collections.abc import Iterable

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.model_selection import cross_validate

from autotune.export.templates.placeholders import FOLDS, METRIC


def mean_score(
    estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None, scoring: object
) -> float:
    """Return the estimator's mean score over the folds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folds = cross_validate(estimator, X, y, scoring=scoring, cv=FOLDS, error_score="raise")
    return finite_mean(folds["test_score"])


def finite_mean(values: Iterable[float]) -> float:
    """Return the mean of the folds' scores.

    Raises:
        ValueError: if it is not finite.
    """
    scores = [float(score) for score in values]
    mean = sum(scores) / len(scores)
    if not math.isfinite(mean):
        raise ValueError(f"{METRIC} must be finite, got {scores}")
    return mean
