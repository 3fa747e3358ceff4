"""A trial's evaluation: the score of its estimator."""

import pandas as pd

from autotune.export.templates.placeholders import make_estimator, score


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return a trial's score."""
    return score(make_estimator(params, seed), X, y)
