"""The positive class of a binary metric, taken from the data that a plan is run on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from autotune.errors import DataError
from autotune.facts.classes import outlier_label, rarer_class
from autotune.facts.types import Column
from autotune.objective.scorers import POSITIVE, has_positive_class, recipe_of
from autotune.plan.choices import Setting
from autotune.plan.provenance import Source, SourceKind
from autotune.plan.spec import PlanSpec

DATA = Source(SourceKind.OTHER, text="the data")
AnyPlan = TypeVar("AnyPlan", bound=PlanSpec)


def completed(plan: AnyPlan, data: Mapping[str, Any], objective: object = None) -> AnyPlan:
    """Return the plan with its metric's positive class, where it has one and was made without data.

    It is the rarer of two classes, as in a plan that is made with the data.
    """
    y = data.get("y")
    tuned = objective is None and hasattr(plan.target, "get_params")
    if y is None or not tuned or not open_positive_class(plan):
        return plan
    label = outlier_label(y) if _finds_outliers(plan) else rarer_class(y)
    if label is None:
        return plan
    reason = positive_reason(label)
    given = plan.settings.get("metric_params")
    params = (
        Setting({POSITIVE: label}, DATA, reason)
        if given is None
        else replace(
            given, value={**given.value, POSITIVE: label}, source=given.source.then(DATA)
        ).changed(reason)
    )
    metric = plan.settings["metric"]
    settings = {
        **plan.settings,
        "metric": metric.changed(reason),
        "metric_params": params,
    }
    return replace(plan, settings=settings)


def positive_reason(label: object) -> str:
    """Return in words which class is the positive one."""
    return f"Its positive class is {label!r}, the rarer one."


def _finds_outliers(plan: PlanSpec) -> bool:
    return plan.facts.get("task") == "outlier" and plan["metric"] != "score"


def open_positive_class(plan: PlanSpec) -> bool:
    """Return whether the plan's metric has a positive class that the plan does not name."""
    params = plan.metric_params
    if _finds_outliers(plan):
        return POSITIVE not in params and isinstance(plan["metric"], str)
    recipes = plan.trial_setup.scorers
    metrics = (plan["metric"], *plan.further_metrics)
    looks = any(has_positive_class(recipe_of(metric, recipes), params) for metric in metrics)
    return POSITIVE not in params and looks


def check_positive_class(params: Mapping[str, Any], y: Column) -> None:
    """Refuse a positive class that is none of the data's.

    Raises:
        DataError: naming the classes.
    """
    if POSITIVE not in params or y is None:
        return
    import numpy as np

    labels = np.unique(np.asarray(y)).tolist()
    if params[POSITIVE] not in labels:
        shown = ", ".join(map(repr, labels[:10])) + (", …" if len(labels) > 10 else "")
        raise DataError(
            f"metric_params: {POSITIVE} must be one of the classes {shown}",
            name=f"metric_params.{POSITIVE}",
            value=params[POSITIVE],
        )
