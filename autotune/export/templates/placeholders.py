"""What each program defines itself from its plan; here an example, by which templates can run."""

from functools import partial
from typing import Any

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

SEED = 0
METRIC = "accuracy"
MODE = "max"
METRIC_PARAMS: dict[str, object] = {}
SCORING = None
MAKE_SCORING = partial(make_scorer, f1_score, response_method="predict")
FOLDS = StratifiedKFold(3, shuffle=True, random_state=SEED)
TARGET_IS_REQUIRED = True
CSV_OPTIONS: dict[str, Any] = {}

ESTIMATOR: BaseEstimator = DecisionTreeClassifier()
FIXED_PARAMS: dict[str, object] = {"max_features": None}
SEED_PARAMS = ("random_state",)

ESTIMATORS: dict[str, BaseEstimator] = {"tree": DecisionTreeClassifier()}
FIXED_PARAMS_OF: dict[str, dict[str, object]] = {"tree": {}}
SEED_PARAMS_OF: dict[str, tuple[str, ...]] = {"tree": ("random_state",)}
STOPPING_EARLY: tuple[str, ...] = ()

ENCODERS: dict[str, list[BaseEstimator]] = {"": []}

THREADS = 1
THREAD_NAMES = ("n_jobs",)
SEED_NAMES = ("random_state",)


def make_estimator(params: dict[str, object], seed: int) -> BaseEstimator:
    """Return the estimator with a trial's hyperparameters."""
    return DecisionTreeClassifier(random_state=seed).set_params(**params)


def mean_score(
    estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None, scoring: object
) -> float:
    """Return the estimator's mean score over the folds."""
    return float(cross_val_score(estimator, X, y, scoring=scoring, cv=FOLDS).mean())


def score(estimator: BaseEstimator, X: pd.DataFrame, y: pd.Series | None) -> float:
    """Return the estimator's score."""
    return mean_score(estimator, X, y, scoring=METRIC)


def value_of(values: list[float]) -> float:
    """Return a trial's value, of those that it reported."""
    return values[-1]


def call_objective(params: dict[str, object], seed: int) -> object:
    """Return what the tuned function returns for a trial's hyperparameters."""
    return {METRIC: float(len(params) + seed)}
