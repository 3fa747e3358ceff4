"""The first trials: the user's own configuration, the points the user gives, then good known configurations in order."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from autotune.domain import Fixed
from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.override import Overrides
from autotune.plan import Setting
from autotune.recommend.legal import check_points
from autotune.recommend.merge import Merged
from autotune.recommend.proposal import Proposal, fits_task, spelling

MOST = 8  # lab: a portfolio of about eight; later ones added little


def initial_trials(
    merged: Merged, proposals: list[Proposal], given: Overrides, context: Mapping[str, Any], subject: Subject
) -> Setting:
    """Return the configurations to try first, the user's own as trial 0.

    Raises:
        SettingError: if a point of the user's names what is not tuned or lies outside its range.
    """
    mine = given.value("initial_trials", ())
    _check_given(mine, merged, given, subject, proposals)
    own = _own(merged)
    known = _known(merged, proposals, context, own or {})
    inside = [k for k in known if not merged.space.outside(k) and merged.space.allows(k)]
    points = _distinct([*([own] if own is not None else []), *({**(own or {}), **p} for p in mine), *inside[:MOST]], merged)
    limit = context["max_trials"]
    source = _source(proposals) if inside else "your estimator"
    if mine:
        source = given.settings["initial_trials"].source
    return Setting(
        tuple(points[:limit]), source, _reason(own, mine, inside, known, limit), _evidence(proposals) if inside else ""
    )


def _own(merged: Merged) -> dict[str, Any] | None:
    """Return the user's own configuration, or None where it is not wholly known or lies outside the ranges."""
    fixed = {n: r.value.value for n, r in merged.ranges.items() if isinstance(r.value, Fixed)}
    point = merged.space.complete({**merged.own, **fixed})
    active = {n for n in merged.space.order if merged.space.active(n, point)}
    return None if active - set(point) or merged.space.outside(point) else point


def _known(
    merged: Merged, proposals: list[Proposal], context: Mapping[str, Any], own: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the entries' starting configurations; where several parts have some, the first of each together, and so on."""
    rows = zip_longest(*(_of_part(p, context) for p in proposals), fillvalue={})
    points = []
    for row in rows:
        settings = {n: v for part in row for n, v in part.items() if n in merged.ranges}
        if settings:
            points.append(merged.space.complete({**own, **settings}))
    return points


def _of_part(proposal: Proposal, context: Mapping[str, Any]) -> list[dict[str, Any]]:
    if proposal.entry is None:
        return []
    entry, part = proposal.entry, proposal.part
    task = str(context.get("task", ""))
    fitting = [s for s in entry.starts if not s.task or not task or fits_task(s.task, task)]
    names = {n: part.prefix + spelling(part, n, h) for n, h in entry.hyperparameters.items()}
    return [{names[n]: v for n, v in s.settings.items()} for s in fitting]


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


def _reason(own: Any, mine: Any, inside: list[Any], known: list[Any], limit: int) -> str:
    words = "Your own configuration is trial 0, so the result is never worse." if own is not None else ""
    if own is None:
        words = "Your own configuration is not tried: it is not wholly known, or your ranges exclude it."
    if mine:
        words += f" Then your {len(mine)} points."
    if inside:
        words += f" Then {min(len(inside), MOST)} good known configurations, best first."
    if len(inside) < len(known):
        words += f" {len(known) - len(inside)} known ones lie outside your ranges and are left out."
    return words + (f" At most max_trials={limit} of them." if len(inside) + len(mine) + 1 > limit else "")


def _source(proposals: list[Proposal]) -> str:
    places = [p.known.where("starts") for p in proposals if p.known and p.entry and p.entry.starts]
    return f"your estimator, then knowledge {', '.join(places)}"


def _evidence(proposals: list[Proposal]) -> str:
    cited = {p.entry.sources[s.source] for p in proposals if p.entry for s in p.entry.starts}
    return "; ".join(sorted(cited))
