"""A trial's evaluation: the score of its estimator behind what encodes a table."""

import pandas as pd

from autotune.export.templates.encoded import make_pipeline_of_trial
from autotune.export.templates.placeholders import score


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return a trial's score."""
    return score(make_pipeline_of_trial(params, seed), X, y)
