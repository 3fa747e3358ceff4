"""A trial's evaluation by a scorer of the rarer class, behind what encodes a table."""

import pandas as pd

from autotune.export.templates.encoded import make_pipeline_of_trial
from autotune.export.templates.placeholders import MAKE_SCORING, mean_score
from autotune.facts.classes import rarer_class


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return a trial's mean score over the folds, which are the same in every trial."""
    scoring = MAKE_SCORING(pos_label=rarer_class(y))
    return mean_score(make_pipeline_of_trial(params, seed), X, y, scoring=scoring)
