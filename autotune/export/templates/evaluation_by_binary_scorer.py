"""A trial's evaluation by a scorer that looks at one of two classes, the rarer one."""

import pandas as pd

from autotune.export.templates.placeholders import MAKE_SCORING, make_estimator, mean_score
from autotune.facts.classes import rarer_class


def evaluate(X: pd.DataFrame, y: pd.Series | None, params: dict[str, object], seed: int) -> float:
    """Return a trial's mean score over the folds, which are the same in every trial."""
    scoring = MAKE_SCORING(pos_label=rarer_class(y))
    return mean_score(make_estimator(params, seed), X, y, scoring=scoring)
