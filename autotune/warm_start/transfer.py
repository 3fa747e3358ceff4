"""Another job's configurations in this plan's space: exactly where their values are to count, else moved inside."""

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
    """Return what tells algorithms apart: the classes of the estimator and all its parts.

    It is None where what the plan tunes cannot be read here, as a function of another program.
    """
    if plan.target is None:
        return (plan.estimator,) if plan.recipe is None else None
    subject = _subject_of(plan)
    if subject is None:
        return None
    return (plan.estimator, *((part.prefix, part.names[:1]) for part in subject.parts))


def own_values(plan: PlanSpec) -> dict[str, Any]:
    """Return the value of each hyperparameter where it is not tuned, by its full name.

    Those that decide no result are left out.
    """
    subject, setup = _subject_of(plan), plan.trial_setup
    shown = {} if subject is None else subject.static
    values = {**plan.static, **shown, **setup.library_defaults}
    return {name: value for name, value in values.items() if name not in setup.irrelevant}


def _subject_of(plan: PlanSpec) -> Subject | None:
    """Return what a plan tunes, read off the object itself; None where there is none to read."""
    if plan.target is None:
        return None
    try:
        return read_subject(plan.target, {}, None)
    except SettingError:  # a function that has changed since
        return None


def exact(space: Space, params: Params, theirs: Params, ours: Params) -> dict[str, Any] | None:
    """Return a trial of the same algorithm in this space, or None where the space cannot express it exactly.

    Args:
        space: This plan's space.
        params: What the trial set.
        theirs: The values of what the trial's job did not tune.
        ours: The values of what this plan does not tune.
    """
    whole = {**theirs, **params}
    mapped = space.complete({n: whole[n] for n in space.domains if n in whole})
    if not _legal(space, mapped):
        return None
    here = {**ours, **mapped}
    unused = set(space.domains) - set(
        mapped
    )  # by their conditions: whatever they are, it is not looked at
    names = {*whole, *here} - unused
    return (
        mapped
        if all(n in whole and n in here and _text(whole[n]) == _text(here[n]) for n in names)
        else None
    )


def moved(space: Space, params: Params, theirs: Params, ours: Params) -> dict[str, Any] | None:
    """Return a trial's configuration with its numbers moved inside this space, or None where it has other labels.

    What the trial did not set has its job's value, else this plan's own. The arguments are those of
    `exact`.
    """
    places = {
        n: [params[n]] if n in params else [v[n] for v in (theirs, ours) if n in v]
        for n in space.domains
    }
    found = {n: _inside(space.domains[n], values) for n, values in places.items()}
    mapped = space.complete({n: v[0] for n, v in found.items() if v})
    return mapped if _legal(space, mapped) else None


def _inside(domain: Domain, values: list[Any]) -> list[Any]:
    """Return the first value that can be brought into the domain, or none."""
    if isinstance(domain, Fixed):
        return [domain.value]
    return [v for v in (nearest(domain, value) for value in values) if domain.contains(v)][:1]


def _legal(space: Space, params: Params) -> bool:
    """Return whether params are one whole configuration of the space."""
    whole = all(n in params for n in space.order if space.active(n, params))
    return whole and not space.outside(params) and space.allows(params)


def _text(value: Any) -> str:
    """Return what tells values apart: numbers as they are; estimators by class, as theirs are told, too."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return repr(float(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    return (
        dotted_name(type(value))
        if is_estimator(value)
        else f"{type(value).__name__} {label_of(value)}"
    )
