"""A trial's evaluation by a score of its clusters on all rows that they were found in."""

import math
import warnings

import pandas as pd

from autotune.export.templates.placeholders import METRIC, METRIC_PARAMS, make_estimator
from autotune.objective.scoring import ClusterScorer


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return the score of a trial's clusters.

    Raises:
        ValueError: if it is not finite.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = ClusterScorer(METRIC, METRIC_PARAMS)(make_estimator(params, seed).fit(X), X, y)
    if not math.isfinite(value):
        raise ValueError(f"{METRIC} must be finite, got {value}")
    return value
