"""Cross-validation of a ranker: rows come in groups, each the answers to one query."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autotune.facts.types import AnyArray, Column, Estimator, Scorer
from autotune.objective.rows import take
from autotune.plan.scorer_recipe import ScorerRecipe
from autotune.plan.trial_setup import GroupArgument
from autotune.serialization.values import load_dotted

LEAST = 2  # rows of a group whose order can be right or wrong


def cross_validate(
    inputs: Any, estimator: Estimator, argument: GroupArgument, scoring: Scorer
) -> dict[str, Any]:
    """Return ``test_score`` and ``fit_time`` of each fold, as scikit-learn's does.

    Args:
        inputs: What holds ``X``, ``y``, ``groups`` and ``cv``.
        estimator: The ranker; a clone of it is fitted in each fold.
        argument: How its fit is told the groups.
        scoring: What takes a fitted ranker, the rows of one group and their targets.
    """
    from sklearn.base import clone

    cv, data = inputs.cv, (inputs.X, inputs.y, inputs.groups)
    scores, seconds = [], []
    for train, test in cv if isinstance(cv, list) else cv.split(*data):
        start = time.perf_counter()
        X, y, groups = (take(column, train) for column in data)
        model = fit(clone(estimator), X, y, groups, argument)
        seconds.append(time.perf_counter() - start)
        X, y, groups = (take(column, test) for column in data)
        scores.append(_score(scoring, model, X, y, groups))
    return {"test_score": scores, "fit_time": seconds}


def fit(model: Estimator, X: Any, y: Column, groups: Column, argument: GroupArgument) -> Any:
    """Return the ranker, fitted on rows that are brought together by group."""
    import numpy as np

    _, codes, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    rows = np.argsort(codes, kind="stable")
    told = sizes if argument.form == "sizes" else codes[rows]
    steps = getattr(model, "steps", None)
    name = f"{steps[-1][0]}__{argument.name}" if steps else argument.name
    return model.fit(take(X, rows), take(y, rows), **{name: told})


def _score(scoring: Scorer, model: Estimator, X: Any, y: Column, groups: Column) -> float:
    """Return the mean score of the groups."""
    scores = [
        float(scoring(model, take(X, rows), take(y, rows)))
        for rows in _rows_by_group(groups)
        if len(rows) >= LEAST
    ]
    return sum(scores) / len(scores) if scores else float("nan")


def _rows_by_group(groups: Column) -> Iterable[AnyArray]:
    import numpy as np

    _, codes = np.unique(np.asarray(groups), return_inverse=True)
    return (np.flatnonzero(codes == code) for code in range(codes.max() + 1))


@dataclass(frozen=True)
class QueryScorer:
    """Scores the order that a ranker gives the rows of one group."""

    recipe: ScorerRecipe
    """The metric's function, which takes rows of targets and of scores."""

    def __call__(self, model: Estimator, X: Any, y: Column) -> float:
        """Return the score of one group."""
        import numpy as np

        function = load_dotted(self.recipe.function)
        scores = np.asarray(model.predict(X))
        return float(function([np.asarray(y)], [scores], **self.recipe.params))
