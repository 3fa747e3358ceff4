"""The first trials: the user's own configuration, the points the user gives, then good known configurations in order."""

from collections.abc import Mapping
from typing import Any

from autotune.domain import Fixed
from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.override import Overrides
from autotune.plan import Setting
from autotune.recommend.legal import check_points
from autotune.recommend.merge import Merged
from autotune.recommend.portfolio import known_points, portfolio
from autotune.recommend.proposal import Proposal

MOST = 8  # lab: a portfolio of about eight; later ones added little


def first_trials(
    merged: Merged, proposals: list[Proposal], given: Overrides, context: Mapping[str, Any], subject: Subject
) -> dict[str, Setting]:
    """Return the settings ``initial_trials``, the user's own configuration first, and ``portfolio``, what the sampler knows.

    A known configuration with scores is in the portfolio where the sampler can use it, else among the initial trials.

    Raises:
        SettingError: if a point of the user's names what is not tuned or lies outside its range.
    """
    mine = given.value("initial_trials", ())
    _check_given(mine, merged, given, subject, proposals)
    own = _own(merged)
    every = known_points(merged, proposals, context, own or {})
    inside = [(p, s) for p, s in every if not merged.space.outside(p) and merged.space.allows(p)]
    known = portfolio(given, inside, proposals, context.get("sampler"))
    first = [] if known.value else [p for p, _ in inside][:MOST]
    points = _distinct([*([own] if own is not None else []), *({**(own or {}), **p} for p in mine), *first], merged)
    limit = context["max_trials"]
    source = given.settings["initial_trials"].source if mine else _source(proposals) if first else "your estimator"
    reason = _reason(own, len(mine), len(first), len(every) - len(inside), limit)
    initial = Setting(tuple(points[:limit]), source, reason, _evidence(proposals) if first else "")
    return {"initial_trials": initial, "portfolio": known}


def _own(merged: Merged) -> dict[str, Any] | None:
    """Return the user's own configuration, or None where it is not wholly known or lies outside the ranges."""
    fixed = {n: r.value.value for n, r in merged.ranges.items() if isinstance(r.value, Fixed)}
    point = merged.space.complete({**merged.own, **fixed})
    active = {n for n in merged.space.order if merged.space.active(n, point)}
    return None if active - set(point) or merged.space.outside(point) else point


def _distinct(points: list[dict[str, Any]], merged: Merged) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for point in map(merged.space.complete, points):
        if point not in kept:
            kept.append(point)
    return kept


def _check_given(
    points: tuple[dict[str, Any], ...], merged: Merged, given: Overrides, subject: Subject, proposals: list[Proposal]
) -> None:
    for point in points:
        for name, value in point.items():
            if name not in merged.ranges:
                raise SettingError(f"initial_trials: {name!r} must be tuned.", did_you_mean(name, merged.ranges))
            if not merged.ranges[name].value.contains(value):
                raise SettingError(f"initial_trials: {name} must lie in {merged.ranges[name].value}, got {value!r}.")
    if points:
        check_points(points, subject, proposals, given.settings["initial_trials"].source)


def _reason(own: Any, mine: int, known: int, outside: int, limit: int) -> str:
    words = "Your own configuration is trial 0, so the result is never worse." if own is not None else ""
    if own is None:
        words = "Your own configuration is not tried: it is not wholly known, or your ranges exclude it."
    if mine:
        words += f" Then your {mine} points."
    if known:
        words += f" Then {known} good known configurations, best first."
    if outside:
        words += f" {outside} known ones lie outside your ranges and are left out."
    return words + (f" At most max_trials={limit} of them." if known + mine + 1 > limit else "")


def _source(proposals: list[Proposal]) -> str:
    places = [p.known.where("starts") for p in proposals if p.known and p.entry and p.entry.starts]
    return f"your estimator, then knowledge {', '.join(places)}"


def _evidence(proposals: list[Proposal]) -> str:
    cited = {p.entry.sources[s.source] for p in proposals if p.entry for s in p.entry.starts}
    return "; ".join(sorted(cited))
