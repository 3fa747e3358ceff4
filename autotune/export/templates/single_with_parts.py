"""The estimator of a trial, where estimators within it are hyperparameters, too."""

from sklearn.base import BaseEstimator

from autotune.export.templates.placeholders import (
    ESTIMATOR,
    FIXED_PARAMS,
    SEED_NAMES,
    THREAD_NAMES,
    THREADS,
)
from autotune.objective.fit_params import open_seeds, thread_caps
from autotune.serialization.values import with_params


def make_estimator(params: dict[str, object], seed: int) -> BaseEstimator:
    """Return the estimator with a trial's hyperparameters, its threads capped and its seeds set.

    Threads and seeds are set in the estimators within it, too, which differ from trial to trial.
    """
    estimator = with_params(ESTIMATOR, params)
    current = estimator.get_params()
    caps = thread_caps(current, params, THREAD_NAMES, THREADS)
    seeds = open_seeds(current, params, SEED_NAMES, seed)
    return estimator.set_params(**{**FIXED_PARAMS, **caps, **seeds})
