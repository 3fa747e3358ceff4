"""The estimator of a trial, where it stops early inside a fold."""

from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import ESTIMATOR, FIXED_PARAMS, SEED, SEED_PARAMS
from autotune.objective.early_stopping_fit import HeldOut
from autotune.serialization.values import with_params


def make_estimator(params: dict[str, object], seed: int) -> BaseEstimator:
    """Return the estimator with a trial's hyperparameters, its threads capped and its seeds set.

    It stops early by rows that are held out of a fold's training rows, the same in every trial.
    """
    estimator = with_params(ESTIMATOR, params)
    estimator.set_params(**FIXED_PARAMS, **dict.fromkeys(SEED_PARAMS, seed))
    return HeldOut(estimator, SEED)
