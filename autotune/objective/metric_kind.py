"""Whether a metric fits: no regression's metric for a classifier, no score minimized."""

import warnings
from typing import Any

from autotune.errors import SettingError

FRACTIONS, NEARBY = [0.5, 1.5, 2.5, 0.25], [0.75, 1.25, 2.25, 0.5]
CLASSES = ("binary", "multiclass", "classification")


def check_kind(metric: str, scorer: Any, task: str | None) -> None:
    """Refuse a regression's metric for a classifier: one that compares predicted fractions.

    Raises:
        SettingError: with the way out.
    """
    if task not in CLASSES or getattr(scorer, "_response_method", "") != "predict":
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # scores of clusterings warn of fractions
            scorer._score_func(FRACTIONS, NEARBY, **scorer._kwargs)
    except Exception:  # a metric of classes refuses them, each in its way
        return
    raise SettingError(
        f"metric {metric!r} must go with a regressor, as it compares numbers",
        "For classes, try 'accuracy', 'balanced_accuracy' or 'roc_auc'; for ordered ones a "
        "regressor, or metric=f(estimator, X, y).",
        name="metric",
        value=metric,
        got="a classifier",
    )


def check_columns(metric: object, name: str, classes: int) -> None:
    """Refuse scikit-learn's metrics for several columns of y with more than two classes.

    Raises:
        SettingError: with the way out.
    """
    if isinstance(metric, str) and metric != "score" and classes > 2:
        raise SettingError(
            f"metric must be given for {name} with several columns of y, one of {classes} classes: "
            "scikit-learn's take two classes in each",
            "Pass metric=f(estimator, X, y), or metric='score' if its own score takes such y.",
            name="metric",
            value=metric,
        )


def check_mode(metric: object, mode: object, where: str) -> None:
    """Refuse to minimize a metric of scikit-learn by its name: the larger each is, the better.

    Raises:
        SettingError: with the way out.
    """
    from sklearn.metrics import get_scorer_names

    if mode == "min" and isinstance(metric, str) and metric in get_scorer_names():
        negative = " (of a loss it is the negative)" if metric.startswith("neg_") else ""
        raise SettingError(
            f"mode must be 'max' for {metric!r}, of which larger values are better{negative}",
            "Drop mode.",
            name="mode",
            value=mode,
            where=where,
        )
