"""A booster that stops early within a fold, by rows held out of the fold's training rows."""

from typing import Any

from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone, is_classifier
from sklearn.model_selection import train_test_split

from autotune.facts.types import Column, Estimator, Table
from autotune.objective.rows import take

SHARE = 0.2


class HeldOut(MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Fits its estimator on 80 % of the rows; the others are its ``eval_set``, never test rows."""

    def __init__(self, estimator: Estimator, seed: int = 0) -> None:
        self.estimator = estimator
        self.seed = seed

    def fit(self, X: Table, y: Column, sample_weight: Column = None) -> "HeldOut":
        """Fit, stopping where the held-out rows no longer gain; stratified for classifiers."""
        import numpy as np

        rows = np.arange(len(y))
        stratify = y if is_classifier(self.estimator) else None
        train, validation = train_test_split(
            rows, test_size=SHARE, random_state=self.seed, stratify=stratify
        )
        weights = {} if sample_weight is None else {"sample_weight": take(sample_weight, train)}
        watched = [(take(X, validation), take(y, validation))]
        self.estimator_ = clone(self.estimator).fit(
            take(X, train), take(y, train), eval_set=watched, **weights
        )
        return self

    def __getattr__(self, name: str) -> Any:
        # Predictions, classes and all else that a scorer asks for are the fitted estimator's.
        if name.startswith("__") or "estimator" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.__dict__.get("estimator_", self.estimator), name)

    def __sklearn_tags__(self) -> Any:
        return self.estimator.__sklearn_tags__()
