"""The metric of a plan: its name, its arguments, the positive class of a binary one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.facts import Subject
from autotune.objective.metrics import is_scorer_name
from autotune.objective.positive_class import positive_reason
from autotune.objective.scorers import (
    POSITIVE,
    Recipes,
    accepted,
    check_params,
    has_positive_class,
    recipe_of,
)
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides, UserValue
from autotune.recommend.decision_tables import by_table
from autotune.recommend.metric_rules import FollowingMetric, check_follows
from autotune.recommend.scorer_names import check_name, is_made, recipes_for

NAME = "metric_params"


def is_judged(subject: Subject, overrides: Overrides) -> bool:
    """Return whether scikit-learn's scorers judge what is tuned.

    They do not where an estimator is tuned without data yet, and the metric is a name that the
    user's own evaluation will have: the estimator's name was given only, or the mode, too.
    """
    if subject.kind != "estimator":
        return False
    metric = overrides.value("metric")
    is_own = isinstance(metric, str) and not is_scorer_name(metric) and not is_made(metric)
    own_evaluation = not subject.has_data and (subject.by_name or "mode" in overrides.settings)
    return not (is_own and own_evaluation)


def with_first(overrides: Overrides) -> Overrides:
    """Return the overrides with the first of several metrics as the one that is tuned."""
    metrics = overrides.settings.get("metrics")
    if metrics is None or "metric" in overrides.settings:
        return overrides
    first = UserValue(metrics.value[0], metrics.source)
    return replace(overrides, settings={**overrides.settings, "metric": first})


def metric_settings(
    settings: Mapping[str, Setting],
    overrides: Overrides,
    context: Mapping[str, Any],
    subject: Subject,
) -> tuple[dict[str, Setting], dict[str, Any]]:
    """Return the settings of the metric, with its arguments where there are any, and its recipe.

    Raises:
        SettingError: if the metric is none, or the user set an argument that it does not take.
    """
    metric, given = settings["metric"], overrides.settings.get(NAME)
    params = {} if given is None else given.value
    following: FollowingMetric | None = context.get("metric_following")
    if "metric" not in overrides.settings:
        check_follows(following, subject.name)
    if not context["estimator"]:
        if given is not None:
            check_params({str(metric.value): None}, params)
        return {}, {}
    names = dict.fromkeys((metric.value, *overrides.value("metrics", ())))
    if "metric" in overrides.settings:
        for name in names:
            check_name(name)
    recipes = recipes_for(tuple(names), params)
    chosen = _params(metric, overrides, context, recipes)
    if given is not None or metric.value in recipes:
        known = {str(name): recipe_of(name, recipes) for name in names}
        check_params(known, _of_function(chosen.value, context))
    if not chosen.value:
        return {}, recipes
    if POSITIVE in chosen.value and POSITIVE not in params:
        metric = metric.changed(positive_reason(chosen.value[POSITIVE]))
    return {"metric": metric, NAME: chosen}, recipes


def _of_function(params: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that the metric's function must take: not the label of outliers."""
    outliers = context.get("task") == "outlier"
    return {name: value for name, value in params.items() if name != POSITIVE or not outliers}


def _params(
    metric: Setting, overrides: Overrides, context: Mapping[str, Any], recipes: Recipes
) -> Setting:
    """Return the metric's arguments: the user's, then the estimator's, then the table's."""
    given = overrides.settings.get(NAME)
    params = {} if given is None else given.value
    recipe = recipe_of(metric.value, recipes)
    metrics = (metric.value, *overrides.value("metrics", ()))
    looks = any(has_positive_class(recipe_of(name, recipes), params) for name in metrics)
    facts = {**context, "has_positive_class": looks}
    chosen = by_table(NAME, facts)
    following: FollowingMetric | None = context.get("metric_following")
    known = {} if following is None else accepted(recipe, following.params)
    if known and following is not None:
        reason = "The estimator's own value of what it minimises."
        chosen = Setting({**chosen.value, **known}, following.setting.source, reason)
    if given is None:
        return chosen
    value = {**chosen.value, **params}
    if set(value) == set(params):
        return Setting(value, given.source, "You said so.")
    return Setting(value, given.source.then(chosen.source), f"You said so. {chosen.reason}")
