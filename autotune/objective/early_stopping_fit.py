"""A booster that stops early within a fold, by rows held out of the fold's training rows."""

import math
import warnings
from collections.abc import Mapping
from inspect import signature
from typing import Any

from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone, is_classifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from autotune.facts.types import AnyArray, Column, Estimator, Table
from autotune.objective.fitted_inside import FittedInside
from autotune.objective.rows import take

SHARE = 0.2


class HeldOut(FittedInside, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Fits its estimator on 80 % of the rows; the others are its ``eval_set``, never test rows.

    Of a pipeline the last step watches them as the steps before it make them.
    """

    def __init__(self, estimator: Estimator, seed: int = 0) -> None:
        self.estimator = estimator
        self.seed = seed

    def fit(self, X: Table, y: Column, **params: Column) -> "HeldOut":
        """Fit, stopping where the held-out rows no longer gain; stratified for classifiers."""
        import numpy as np

        rows = np.arange(len(y))
        if is_classifier(self.estimator):
            train, validation = _by_class(rows, np.asarray(y), self.seed)
        else:
            train, validation = train_test_split(rows, test_size=SHARE, random_state=self.seed)
        weights = {name.rpartition("__")[2]: take(of, train) for name, of in params.items()}
        held = (take(X, validation), take(y, validation))
        self.estimator_ = fitted_while_watching(
            self.estimator, take(X, train), take(y, train), held, weights
        )
        return self


def _by_class(rows: AnyArray, y: AnyArray, seed: int) -> list[AnyArray]:
    """Return the rows to train on and to watch; a class of one row is trained on."""
    import numpy as np

    _, codes, counts = np.unique(y, axis=0, return_inverse=True, return_counts=True)
    codes = codes.reshape(-1)
    alone = rows[counts[codes] == 1]
    others, classes = rows[counts[codes] > 1], int((counts > 1).sum())
    watched = max(math.ceil(SHARE * len(others)), classes)
    if not len(others):
        return train_test_split(rows, test_size=SHARE, random_state=seed)  # type: ignore[no-any-return]
    train, validation = train_test_split(
        others, test_size=watched, random_state=seed, stratify=codes[others]
    )
    return [np.concatenate([alone, train]), validation]


def fitted_while_watching(
    estimator: Estimator,
    X: Table,
    y: Column,
    held: tuple[Table, Column],
    weights: Mapping[str, Any],
) -> Any:
    """Return a copy of the estimator fitted on rows, its last step stopping by others."""
    if not hasattr(estimator, "steps"):
        model = clone(estimator)
        quiet = {"verbose": False} if "verbose" in signature(model.fit).parameters else {}
        with warnings.catch_warnings():  # the name that all boosters know; LightGBM has a new one
            warnings.filterwarnings("ignore", message=".*'eval_set' is deprecated")
            return model.fit(X, y, eval_set=[held], **quiet, **weights)
    before, (name, last) = clone(estimator[:-1]), estimator.steps[-1]
    if before.steps:
        X = before.fit_transform(X, y)
        held = (before.transform(held[0]), held[1])
    fitted = fitted_while_watching(last, X, y, held, weights)
    return Pipeline([*before.steps, (name, fitted)])


def without_watching(fitted: Estimator) -> Any:
    """Return a fitted estimator without the `HeldOut` around it, which may be in another."""
    if isinstance(fitted, HeldOut):
        return fitted.estimator_
    fitted.estimator_ = fitted.estimator_.estimator_
    return fitted
