"""The score of an estimator by a scorer of the user's own, or its own score."""

import pandas as pd
from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import SCORING, mean_score


def score(estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None) -> float:
    """Return the estimator's mean score over the folds, which are the same in every trial."""
    return mean_score(estimator, X, y, scoring=SCORING)
