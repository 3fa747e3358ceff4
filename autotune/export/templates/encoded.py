"""The estimator of a trial behind the steps that encode a table's columns."""

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from autotune.export.templates.placeholders import ENCODERS, make_estimator
from autotune.objective.encoded import encoded


def make_pipeline_of_trial(params: dict[str, object], seed: int) -> Pipeline | BaseEstimator:
    """Return the whole pipeline of a trial: what encodes the columns, then the estimator."""
    steps = ENCODERS[str(params.get("algorithm", ""))]
    return encoded(steps, make_estimator(params, seed))
