"""The score of an estimator by a scorer that looks at one of two classes, the rarer one."""

import pandas as pd
from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import MAKE_SCORING, mean_score
from autotune.facts.classes import rarer_class


def score(estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None) -> float:
    """Return the estimator's mean score over the folds, which are the same in every trial."""
    return mean_score(estimator, X, y, scoring=MAKE_SCORING(pos_label=rarer_class(y)))
