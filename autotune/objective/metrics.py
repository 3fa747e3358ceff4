"""Whether a metric can score an estimator, checked before any trial on a dummy estimator."""

import warnings
from collections.abc import Mapping
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts.methods import has_method
from autotune.facts.task import encodes_targets
from autotune.facts.types import Column, Estimator, Scorer
from autotune.objective.metric_kind import check_kind
from autotune.objective.outliers import check_detector
from autotune.objective.scorers import POSITIVE, Recipes, with_params

OWN = ("score", "silhouette_score", "calinski_harabasz_score", "davies_bouldin_score")
MARK_OUTLIERS = (
    "Give y with two values, such as -1 for outliers and 1, or metric=f(estimator, X, y)."
)
UNJUDGED = "Pass metric=f(estimator, X, y), or put it into a pipeline before an estimator with y."
OF_TARGETS = "It encodes targets: encode y by it first, then tune the estimator that takes y."
OF_GROUPS = ("ndcg", "dcg")  # metrics of a ranker, for each group of rows
TARGETS: dict[str, list[float]] = {
    "binary": [0, 1, 0, 1, 1, 0],
    "classification": [0, 1, 0, 1, 1, 0],
    "multiclass": [0, 1, 2, 0, 1, 2],
    "regression": [0.5, 1.5, 2.5, 0.25, 1.25, 2.75],
}


def check_metric(
    metric: Any,
    estimator: Estimator,
    task: str | None,
    y: Column = None,
    *,
    params: Mapping[str, object] | None = None,
    recipes: Recipes | None = None,
) -> None:
    """Refuse a metric that is unknown, or that does not fit the targets or the estimator.

    Args:
        metric: A scorer's name, or a callable.
        estimator: What is tuned.
        task: What it does, such as ``binary``.
        y: The targets, where there are any yet.
        params: Arguments of the metric's function.
        recipes: How scorers are made that scikit-learn has no name for.

    Raises:
        SettingError: naming the metric, and the nearest ones or what is missing.
    """
    if metric == "score" and not hasattr(estimator, "score"):
        raise SettingError(
            f"metric must be given for {type(estimator).__name__}, which has no score of its own.",
            OF_TARGETS if encodes_targets(estimator) else UNJUDGED,
        )
    params, recipes = params or {}, recipes or {}
    if task == "ranking" and isinstance(metric, str) and metric not in OF_GROUPS:
        raise SettingError(
            "metric must be one of ndcg and dcg, or a callable of estimator, X and y, for a ranker",
            name="metric",
            value=metric,
        )
    if not isinstance(metric, str) or metric in OWN:
        return
    from sklearn.metrics import get_scorer, get_scorer_names

    if metric not in get_scorer_names() and metric not in recipes:
        raise SettingError(
            f"metric must be a scorer's name or a callable, got {metric!r}.",
            did_you_mean(metric, [*get_scorer_names(), *OWN]),
        )
    if task == "clustering":
        return
    if task == "outlier":
        check_detector(estimator)
        return
    scorer = with_params(metric, params, recipes)
    scorer = get_scorer(scorer) if isinstance(scorer, str) else scorer
    check_kind(metric, scorer, task)
    _check_response(metric, scorer, estimator)
    _try_on_stand_in(metric, scorer, task, _targets(task, y, params.get(POSITIVE)))


def is_scorer_name(metric: str) -> bool:
    """Return whether scikit-learn, or this package, has a scorer of this name."""
    if metric in OWN:
        return True
    from sklearn.metrics import get_scorer_names

    return metric in get_scorer_names()


def _check_response(metric: str, scorer: Scorer, estimator: Estimator) -> None:
    wanted = getattr(scorer, "_response_method", "predict")
    methods = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    if not has_method(estimator, *methods):
        name = type(estimator).__name__
        raise SettingError(
            f"metric {metric!r} must have {' or '.join(methods)}, which {name} lacks.",
            "Choose one over predictions.",
        )


def _try_on_stand_in(metric: str, scorer: Scorer, task: str | None, targets: Any) -> None:
    """Score a dummy estimator on a few targets of the task; a metric for other targets raises."""
    if task not in TARGETS:
        return
    from sklearn.dummy import DummyClassifier, DummyRegressor

    stand_in = (
        DummyRegressor()
        if task == "regression"
        else DummyClassifier(strategy="stratified", random_state=0)
    )
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


def _targets(task: str | None, y: Column, label: Any) -> Any:
    """Return a few targets of the task, with the classes of the data, or the positive one."""
    if task not in TARGETS:
        return None
    if y is not None and task != "regression":
        import numpy as np

        return np.tile(np.unique(np.asarray(y)), 3)
    if label is None:
        return TARGETS[task]
    other = f"not {label}" if isinstance(label, str) else type(label)(not label)
    return [label if target == 1 else other for target in TARGETS[str(task)]]


def _usual(task: str) -> str:
    return {
        "regression": "'r2' or 'neg_root_mean_squared_error'",
        "binary": "'accuracy' or 'roc_auc'",
    }.get(task, "'accuracy' or 'f1_macro'")
