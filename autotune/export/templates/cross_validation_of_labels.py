"""The score over the folds of a classifier around which class labels are encoded."""

import warnings

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.model_selection import cross_validate

from autotune.export.templates.cross_validation import finite_mean
from autotune.export.templates.placeholders import FOLDS
from autotune.objective.encoded_labels import EncodedLabels


def mean_score(
    estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None, scoring: object
) -> float:
    """Return the classifier's mean score over the folds, on the labels as they are."""
    encoded = EncodedLabels(estimator)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folds = cross_validate(encoded, X, y, scoring=scoring, cv=FOLDS, error_score="raise")
    return finite_mean(folds["test_score"])
