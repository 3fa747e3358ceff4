"""The estimator of a trial."""

from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import ESTIMATOR, FIXED_PARAMS, SEED_PARAMS
from autotune.serialization.values import with_params


def make_estimator(params: dict[str, object], seed: int) -> BaseEstimator:
    """Return the estimator with a trial's hyperparameters, its threads capped and its seeds set."""
    estimator = with_params(ESTIMATOR, params)
    return estimator.set_params(**FIXED_PARAMS, **dict.fromkeys(SEED_PARAMS, seed))
