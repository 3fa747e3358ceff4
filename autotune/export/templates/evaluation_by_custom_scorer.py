"""A trial's evaluation by a scorer of the user's own, or by the estimator's own score."""

import pandas as pd

from autotune.export.templates.placeholders import SCORING, make_estimator, mean_score


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return a trial's mean score over the folds, which are the same in every trial."""
    return mean_score(make_estimator(params, seed), X, y, scoring=SCORING)
