"""The same plan with other settings: what the change moves is decided again, all else is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from autotune.errors import SettingError, did_you_mean
from autotune.facts import read_subject
from autotune.facts.algorithm_choice import ALGORITHM
from autotune.knowledge.catalog import unchanging
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides, UserValue, collect
from autotune.plan.provenance import SourceKind
from autotune.plan.settings import CHECKS
from autotune.plan.spec import PlanSpec
from autotune.recommend.recommender import recommend
from autotune.recommend.spellings import first_names
from autotune.serialization.values import Opaque
from autotune.space.domains import same

Chosen = TypeVar("Chosen", bound=Setting)
EARLIER = -1  # the layer of what a plan has, below all that changes it
FROM_PARENTS = ("results", "portfolio", "initial_trials")


@unchanging()
def with_settings(
    plan: PlanSpec,
    keywords: Mapping[str, object],
    overrides: object = None,
    sets: Iterable[str] = (),
) -> PlanSpec:
    """Return the plan with other settings; `Plan.with_settings` says what the arguments are.

    The plan is made twice, as it was and with the change. Where the two differ, the new choice is
    taken; everything else stays as it is in the plan, also what knowledge says otherwise by now.

    Raises:
        SettingError: if a setting is unknown or illegal, or the plan does not hold what it tunes.
    """
    given = collect(keywords, overrides, sets)
    _check_settings(given, plan)
    subject = read_subject(
        plan.estimator if plan.target is None else plan.target,
        _static(plan),
        plan.facts.get("task"),
    )
    earlier = _as_set(plan)
    merged = Overrides(
        {**earlier.settings, **given.settings}, {**earlier.ranges, **given.ranges}, {}
    )
    encode = plan.settings.get("encode")
    before = recommend(subject, plan.facts, earlier, encode)
    first = first_names(subject, merged)
    after = recommend(subject, plan.facts, _without_contradictions(merged, given, first), encode)
    return _moved(plan, before, after, warmed="warm_start" in given.settings)


def _check_settings(given: Overrides, plan: PlanSpec) -> None:
    encode = {"encode": given.settings["encode"]} if "encode" in given.settings else {}
    for name, value in {**given.static, **encode}.items():
        hint = "" if name in CHECKS else did_you_mean(name, [*CHECKS, "ranges"], 0)
        raise SettingError(
            f"{name!r} must be a setting that a plan can change",
            hint
            or "Static hyperparameters, facts and encode need a plan made from them: autotune(…).",
            name=name,
            value=value.value,
            where=value.where,
        )
    if plan.target is None and (isinstance(plan.recipe, Mapping) or "," in plan.estimator):
        raise SettingError(
            f"the plan must hold what it tunes to be changed, got {plan.estimator} by its name"
            " only.",
            "Make it again from the function or estimator: autotune(…).",
        )


def _static(plan: PlanSpec) -> dict[str, Any]:
    """Return the static hyperparameters that are not in the target itself."""
    if hasattr(plan.target, "get_params"):
        return {}
    return {name: value for name, value in plan.static.items() if not isinstance(value, Opaque)}


def _as_set(plan: PlanSpec) -> Overrides:
    """Return what the user set in the plan."""
    settings = {
        name: UserValue(_value(name, setting, plan), setting.source)
        for name, setting in plan.settings.items()
        if name in CHECKS and setting.source.kind is SourceKind.USER
    }
    ranges = {
        name: UserValue(chosen.value, chosen.source, EARLIER)
        for name, chosen in plan.ranges.items()
        if chosen.source.kind is SourceKind.USER
    }
    return Overrides(settings, ranges, {})


def _value(name: str, setting: Setting, plan: PlanSpec) -> Any:
    """Return a setting's value; of initial trials what the user gave, without the baselines."""
    if name != "initial_trials":
        return setting.value
    identity = plan.space.identity
    baselines = {identity(point) for point in plan.baselines}
    points = [point for point in setting.value if identity(point) not in baselines]
    return tuple(_without_baseline(point, plan) for point in points)


def _without_baseline(point: Mapping[str, Any], plan: PlanSpec) -> dict[str, Any]:
    """Leave out the values that a baseline completes the point with, as its range may change."""
    return {
        name: value
        for name, value in point.items()
        if name == ALGORITHM
        or not any(name in own and same(own[name], value) for own in plan.baselines)
    }


def _without_contradictions(
    merged: Overrides, given: Overrides, first: Mapping[str, str]
) -> Overrides:
    """Drop an earlier range that the user now keeps static or leaves out of ``tune``.

    ``first`` has one name for all names of a hyperparameter.
    """
    keep = {first.get(name, name) for name in given.value("keep_static", ())}
    only = given.value("tune")
    tuned = None if only is None else {first.get(name, name) for name in only}
    ranges = {
        name: value
        for name, value in merged.ranges.items()
        if name in given.ranges
        or (first.get(name, name) not in keep and (tuned is None or first.get(name, name) in tuned))
    }
    return Overrides(merged.settings, ranges, {})


def _moved(plan: PlanSpec, before: PlanSpec, after: PlanSpec, *, warmed: bool) -> PlanSpec:
    """Return a plan with what differs between two others."""
    settings = _by_name(plan.settings, before.settings, after.settings)
    if warmed and "results" in plan.settings:  # of other parents
        settings = {name: chosen for name, chosen in settings.items() if name != "results"}
        settings |= {name: after.settings[name] for name in FROM_PARENTS if name in after.settings}
    fields = ("left_out", "forbidden", "rules", "baselines", "trial_setup", "limits", "notes")
    changed = {
        name: getattr(after, name)
        for name in fields
        if getattr(before, name) != getattr(after, name)
    }
    ranges = _by_name(plan.ranges, before.ranges, after.ranges)
    return replace(plan, ranges=ranges, settings=settings, **changed)


def _by_name(
    kept: Mapping[str, Chosen], before: Mapping[str, Chosen], after: Mapping[str, Chosen]
) -> dict[str, Chosen]:
    """Return choices with those that differ between two plans, in the order of the later one."""
    moved = {
        name: chosen
        for name, chosen in after.items()
        if name not in before or before[name] != chosen
    }
    gone = set(before) - set(after)
    names = dict.fromkeys([*(name for name in after if name in kept or name in moved), *kept])
    return {
        name: moved[name] if name in moved else kept[name] for name in names if name not in gone
    }
