"""Class labels of any kind around an estimator that takes 0, 1, 2, … only."""

from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.preprocessing import LabelEncoder

from autotune.facts.types import AnyArray, Column, Estimator, Table
from autotune.objective.fitted_inside import FittedInside


class EncodedLabels(FittedInside, ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Fits its classifier on the labels' numbers 0, 1, 2, …, and predicts the labels themselves.

    The fitted classifier is ``estimator_``.
    """

    def __init__(self, estimator: Estimator) -> None:
        self.estimator = estimator

    def fit(self, X: Table, y: Column, **params: Any) -> "EncodedLabels":
        """Fit the classifier on the numbers of the labels in sorted order."""
        encoder = LabelEncoder().fit(y)
        return self.around(clone(self.estimator).fit(X, encoder.transform(y), **params), encoder)

    def around(self, fitted: Estimator, encoder: LabelEncoder) -> "EncodedLabels":
        """Take a classifier that was fitted on an encoder's numbers."""
        self.estimator_, self.classes_ = fitted, encoder.classes_
        return self

    def predict(self, X: Table) -> AnyArray:
        """Return the labels that the classifier predicts."""
        return self.classes_[self.estimator_.predict(X).astype(int)]
