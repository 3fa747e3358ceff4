"""Whether a metric can score an estimator, checked before any trial on a dummy estimator."""

import warnings
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts.types import Column, Estimator, Scorer

OWN = ("score", "silhouette_score", "calinski_harabasz_score", "davies_bouldin_score")
TARGETS = {
    "binary": [0, 1, 0, 1, 1, 0],
    "classification": [0, 1, 0, 1, 1, 0],
    "multiclass": [0, 1, 2, 0, 1, 2],
    "regression": [0.5, 1.5, 2.5, 0.25, 1.25, 2.75],
}


def check_metric(metric: object, estimator: Estimator, task: str | None, y: Column = None) -> None:
    """Refuse a metric that is unknown, or that does not fit the targets or the estimator.

    Raises:
        SettingError: naming the metric, and the nearest ones or what is missing.
    """
    if metric == "score" and not hasattr(estimator, "score"):
        raise SettingError(
            f"metric must be given for {type(estimator).__name__}, which has no score of its own.",
            "Pass a callable.",
        )
    if not isinstance(metric, str) or metric in OWN:
        return
    from sklearn.metrics import get_scorer, get_scorer_names

    if metric not in get_scorer_names():
        raise SettingError(
            f"metric must be a scorer's name or a callable, got {metric!r}.",
            did_you_mean(metric, [*get_scorer_names(), *OWN]),
        )
    scorer = get_scorer(metric)
    _check_response(metric, scorer, estimator)
    _try_on_stand_in(metric, scorer, task, y)


def _check_response(metric: str, scorer: Scorer, estimator: Estimator) -> None:
    wanted = getattr(scorer, "_response_method", "predict")
    methods = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    if not any(hasattr(estimator, method) for method in methods):
        name = type(estimator).__name__
        raise SettingError(
            f"metric {metric!r} must have {' or '.join(methods)}, which {name} lacks.",
            "Choose one over predictions.",
        )


def _try_on_stand_in(metric: str, scorer: Scorer, task: str | None, y: Column) -> None:
    """Score a dummy estimator on a few targets of the task; a metric for other targets raises."""
    if task not in TARGETS:
        return
    from sklearn.dummy import DummyClassifier, DummyRegressor

    stand_in = (
        DummyRegressor()
        if task == "regression"
        else DummyClassifier(strategy="stratified", random_state=0)
    )
    targets = _targets(task, y)
    X = [[0.0]] * len(targets)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scorer(stand_in.fit(X, targets), X, targets)
    except (ValueError, TypeError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise SettingError(
            f"metric {metric!r} must fit {task}: {reason}.", f"For {task}, try {_usual(task)}."
        ) from None


def _targets(task: str, y: Column) -> Any:
    """Return a few targets of the task, with the classes of the data, if any."""
    if y is None or task == "regression":
        return TARGETS[task]
    import numpy as np

    return np.tile(np.unique(np.asarray(y)), 3)


def _usual(task: str) -> str:
    return {
        "regression": "'r2' or 'neg_root_mean_squared_error'",
        "binary": "'accuracy' or 'roc_auc'",
    }.get(task, "'accuracy' or 'f1_macro'")
