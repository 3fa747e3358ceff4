"""Configurations of another job in a plan's space: expressed exactly, or moved inside it."""

import math
from collections.abc import Mapping
from typing import Any

from autotune.errors import SettingError
from autotune.facts import Subject, read_subject
from autotune.plan.spec import PlanSpec
from autotune.serialization.values import dotted_name, is_estimator
from autotune.space.adjust import nearest
from autotune.space.domains import Domain, Fixed, label_of
from autotune.space.search_space import Space

Params = Mapping[str, Any]


def algorithm_of(plan: PlanSpec) -> tuple[object, ...] | None:
    """Return what distinguishes algorithms: the classes of the estimator and all its parts.

    It is None where what the plan tunes cannot be read here, as a function of another program.
    """
    if plan.target is None:
        return (plan.estimator,) if plan.recipe is None else None
    subject = _subject_of(plan)
    if subject is None:
        return None
    return (plan.estimator, *((part.prefix, part.names[:1]) for part in subject.parts))


def own_values(plan: PlanSpec) -> dict[str, Any]:
    """Return the value of each hyperparameter that is not tuned, by its full name.

    Those that decide no result are left out.
    """
    subject, setup = _subject_of(plan), plan.trial_setup
    visible = {} if subject is None else subject.static
    values = {**plan.static, **visible, **setup.library_defaults}
    return {name: value for name, value in values.items() if name not in setup.irrelevant}


def _subject_of(plan: PlanSpec) -> Subject | None:
    """Return what a plan tunes, read off the object itself, or None if it cannot be read."""
    if plan.target is None:
        return None
    try:
        return read_subject(plan.target, {}, None)
    except SettingError:  # a function that has changed since
        return None


def exact(
    space: Space, params: Params, parent_values: Params, plan_values: Params
) -> dict[str, Any] | None:
    """Return a trial of the same algorithm in this space, or None if that is not exact.

    Args:
        space: This plan's space.
        params: What the trial set.
        parent_values: The values of what the trial's job did not tune.
        plan_values: The values of what this plan does not tune.
    """
    trial = {**parent_values, **params}
    mapped = space.complete({name: trial[name] for name in space.domains if name in trial})
    if not _legal(space, mapped):
        return None
    expressed = {**plan_values, **mapped}
    # Names whose condition does not hold have no effect, so their values may differ.
    unused = set(space.domains) - set(mapped)
    for name in {*trial, *expressed} - unused:
        if name not in trial or name not in expressed:
            return None
        if _text(trial[name]) != _text(expressed[name]):
            return None
    return mapped


def moved(
    space: Space, params: Params, parent_values: Params, plan_values: Params
) -> dict[str, Any] | None:
    """Return a trial's configuration with its numbers moved into this space.

    It is None if its labels are not in the space. What the trial did not set has its job's value,
    or else this plan's. The arguments are those of `exact`.
    """
    inside: dict[str, Any] = {}
    for name, domain in space.domains.items():
        sources = [params] if name in params else [parent_values, plan_values]
        values = [values[name] for values in sources if name in values]
        for value in _inside(domain, values):
            inside[name] = value
    mapped = space.complete(inside)
    return mapped if _legal(space, mapped) else None


def _inside(domain: Domain, values: list[object]) -> list[Any]:
    """Return the first value that can be brought into the domain, or none."""
    if isinstance(domain, Fixed):
        return [domain.value]
    nearby = (nearest(domain, value) for value in values)
    return [value for value in nearby if domain.contains(value)][:1]


def _legal(space: Space, params: Params) -> bool:
    """Return whether params are a complete and legal configuration of the space."""
    complete = all(name in params for name in space.order if space.active(name, params))
    return complete and not space.outside(params) and space.allows(params)


def _text(value: object) -> str:
    """Return a text by which values are compared: numbers by value, estimators by class."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return repr(float(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    return (
        dotted_name(type(value))
        if is_estimator(value)
        else f"{type(value).__name__} {label_of(value)}"
    )
