"""The arguments of a plan's metric: what the user set, and the positive class of a binary one."""

from collections.abc import Mapping
from dataclasses import replace

from autotune.facts import Subject
from autotune.objective.positive_class import positive_reason
from autotune.objective.scorers import (
    POSITIVE,
    Recipes,
    check_params,
    has_positive_class,
    recipe_of,
)
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides
from autotune.recommend.decision_tables import by_table

NAME = "metric_params"


def with_metric_params(
    settings: Mapping[str, Setting],
    overrides: Overrides,
    context: Mapping[str, object],
    subject: Subject,
    recipes: Recipes,
) -> dict[str, Setting]:
    """Return the settings of the metric, with its arguments where there are any.

    Raises:
        SettingError: if the user set an argument that the metric does not take.
    """
    metric, given = settings["metric"], overrides.settings.get(NAME)
    recipe = recipe_of(metric.value, recipes) if subject.kind == "estimator" else None
    params = {} if given is None else given.value
    if given is not None:
        check_params({str(metric.value): recipe}, params)
    facts = {**context, "has_positive_class": has_positive_class(recipe, params)}
    chosen = by_table(NAME, facts)
    if given is not None:
        source = given.source.then(chosen.source) if set(chosen.value) - set(params) else None
        value = {**chosen.value, **params}
        reason = f"You said so. {chosen.reason}" if source else "You said so."
        chosen = Setting(value, source or given.source, reason)
    if not chosen.value:
        return {}
    if POSITIVE in chosen.value and POSITIVE not in params:
        reason = f"{metric.reason} {positive_reason(chosen.value[POSITIVE])}"
        metric = replace(metric, reason=reason)
    return {"metric": metric, NAME: chosen}
