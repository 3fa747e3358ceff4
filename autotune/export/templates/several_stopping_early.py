"""The estimator of a trial, where which one is a hyperparameter, and some stop early."""

from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import (
    ESTIMATORS,
    FIXED_PARAMS_OF,
    SEED,
    SEED_PARAMS_OF,
    STOPPING_EARLY,
)
from autotune.facts.algorithm_choice import below
from autotune.objective.early_stopping_fit import HeldOut
from autotune.serialization.values import with_params


def make_estimator(params: dict[str, object], seed: int) -> BaseEstimator:
    """Return the estimator that a trial names, its threads capped and its seeds set.

    Some stop early, by rows that are held out of a fold's training rows, the same in every trial.
    """
    algorithm = str(params["algorithm"])
    estimator = with_params(ESTIMATORS[algorithm], below(algorithm, params))
    seeds = dict.fromkeys(SEED_PARAMS_OF[algorithm], seed)
    estimator.set_params(**FIXED_PARAMS_OF[algorithm], **seeds)
    return HeldOut(estimator, SEED) if algorithm in STOPPING_EARLY else estimator
