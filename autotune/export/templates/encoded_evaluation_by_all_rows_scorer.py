"""A trial's evaluation on all rows by a score of its clusters, behind what encodes a table."""

import math
import warnings

import pandas as pd

from autotune.export.templates.encoded import make_pipeline_of_trial
from autotune.export.templates.placeholders import METRIC, METRIC_PARAMS
from autotune.objective.scoring import ClusterScorer


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return the score of a trial's clusters.

    Raises:
        ValueError: if it is not finite.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = make_pipeline_of_trial(params, seed).fit(X)
        value = ClusterScorer(METRIC, METRIC_PARAMS)(fitted, X, y)
    if not math.isfinite(value):
        raise ValueError(f"{METRIC} must be finite, got {value}")
    return value
