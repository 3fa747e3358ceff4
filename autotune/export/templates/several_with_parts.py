"""The estimator of a trial, where which one is a hyperparameter, and so are estimators within."""

from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import (
    ESTIMATORS,
    FIXED_PARAMS_OF,
    SEED,
    SEED_NAMES,
    STOPPING_EARLY,
    THREAD_NAMES,
    THREADS,
)
from autotune.facts.algorithm_choice import below
from autotune.objective.early_stopping_fit import HeldOut
from autotune.objective.fit_params import open_seeds, thread_caps
from autotune.serialization.values import with_params


def make_estimator(params: dict[str, object], seed: int) -> BaseEstimator:
    """Return the estimator that a trial names, its threads capped and its seeds set.

    Threads and seeds are set in the estimators within it, too, which differ from trial to trial.
    Some stop early, by rows that are held out of a fold's training rows, the same in every trial.
    """
    algorithm = str(params["algorithm"])
    estimator_params = below(algorithm, params)
    estimator = with_params(ESTIMATORS[algorithm], estimator_params)
    current = estimator.get_params()
    caps = thread_caps(current, estimator_params, THREAD_NAMES, THREADS)
    seeds = open_seeds(current, estimator_params, SEED_NAMES, seed)
    estimator.set_params(**{**FIXED_PARAMS_OF[algorithm], **caps, **seeds})
    return HeldOut(estimator, SEED) if algorithm in STOPPING_EARLY else estimator
