"""Configurations of another job in a plan's space: expressed exactly, or moved inside it."""

import math
from collections.abc import Mapping
from typing import Any

from autotune import knowledge
from autotune.errors import SettingError
from autotune.facts import Part, Subject, read_subject
from autotune.knowledge.names import never_tuned
from autotune.plan.spec import Plan
from autotune.recommend.candidates import own_value, spelling
from autotune.serialization.values import dotted_name, is_estimator
from autotune.space.adjust import nearest
from autotune.space.domains import Domain, Fixed, label_of
from autotune.space.search_space import Space

Params = Mapping[str, Any]


def subject_of(plan: Plan) -> Subject | None:
    """Return what a plan tunes, or None if it cannot be read in this process."""
    try:
        return read_subject(
            plan.target if plan.target is not None else plan.estimator, {}, plan.facts.get("task")
        )
    except SettingError:  # a function or class of a program that is not this one
        return None


def own_values(plan: Plan) -> dict[str, Any]:
    """Return the value of each hyperparameter that is not tuned and that affects results."""
    subject = subject_of(plan)
    found = dict(plan.static)
    for part in subject.parts if subject else ():
        found |= {part.prefix + n: v for n, v in {**part.params, **_by_entry(part)}.items()}
    return {name: value for name, value in found.items() if _affects_results(name)}


def _affects_results(name: str) -> bool:
    group = never_tuned(name.rpartition("__")[2])
    return group is None or group.affects_results


def _by_entry(part: Part) -> dict[str, Any]:
    """Return the library's defaults of hyperparameters that the estimator does not set."""
    known = part.entry or (knowledge.entry_for(set(part.names)) if part.names else None)
    if known is None:
        return {}
    own = {
        spelling(part, n, h): own_value(part, known.content, n)
        for n, h in known.content.hyperparameters.items()
    }
    return {n: value for n, (value, has) in own.items() if has}


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


def _inside(domain: Domain, values: list[Any]) -> list[Any]:
    """Return the first value that can be brought into the domain, or none."""
    if isinstance(domain, Fixed):
        return [domain.value]
    return [v for v in (nearest(domain, value) for value in values) if domain.contains(v)][:1]


def _legal(space: Space, params: Params) -> bool:
    """Return whether params are a complete and legal configuration of the space."""
    complete = all(n in params for n in space.order if space.active(n, params))
    return complete and not space.outside(params) and space.allows(params)


def _text(value: Any) -> str:
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
