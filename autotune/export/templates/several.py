"""The estimator of a trial, where which one is a hyperparameter."""

from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import ESTIMATORS, FIXED_PARAMS_OF, SEED_PARAMS_OF
from autotune.facts.algorithm_choice import below
from autotune.serialization.values import with_params


def make_estimator(params: dict[str, object], seed: int) -> BaseEstimator:
    """Return the estimator that a trial names, its threads capped and its seeds set."""
    algorithm = str(params["algorithm"])
    estimator = with_params(ESTIMATORS[algorithm], below(algorithm, params))
    seeds = dict.fromkeys(SEED_PARAMS_OF[algorithm], seed)
    return estimator.set_params(**FIXED_PARAMS_OF[algorithm], **seeds)
