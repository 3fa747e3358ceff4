"""A trial's evaluation by a score of its clusters, behind what encodes a table."""

import pandas as pd

from autotune.export.templates.encoded import make_pipeline_of_trial
from autotune.export.templates.placeholders import (
    METRIC,
    METRIC_PARAMS,
    mean_score,
)
from autotune.objective.scoring import ClusterScorer


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return a trial's mean score over the folds, which are the same in every trial."""
    scoring = ClusterScorer(METRIC, METRIC_PARAMS)
    return mean_score(make_pipeline_of_trial(params, seed), X, y, scoring=scoring)
