"""The first trials: the user's own configuration, the points the user gives, then good known configurations in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.facts.algorithm_choice import ALGORITHM
from autotune.plan import provenance
from autotune.plan.choices import Setting
from autotune.plan.overrides import Overrides
from autotune.plan.provenance import ESTIMATOR, Source
from autotune.plan.spec import PlanSpec
from autotune.recommend.algorithms import by_algorithm
from autotune.recommend.candidates import Proposal
from autotune.recommend.legality import check_points
from autotune.recommend.merge import Merged
from autotune.recommend.portfolio import comparable, known_points, portfolio
from autotune.space.domains import Fixed
from autotune.space.search_space import distinct
from autotune.text import value_text

MAX_PORTFOLIO_TRIALS = 8  # lab: a portfolio of about eight; later ones added little


@dataclass(frozen=True)
class FirstTrials:
    """What a search begins with."""

    settings: Mapping[str, Setting]
    """The settings ``initial_trials`` and ``portfolio``, what the sampler knows."""
    baselines: tuple[Mapping[str, Any], ...]
    """The user's own configurations among the initial trials."""


def first_trials(
    merged: Merged,
    proposals: list[Proposal],
    given: Overrides,
    context: Mapping[str, Any],
    subject: Subject,
) -> FirstTrials:
    """Return the settings ``initial_trials`` and ``portfolio``, what the sampler knows.

    The initial trials are the user's own configuration of each algorithm, points of theirs, then
    known ones in turn, except those with scores, which the sampler chooses from where it can.

    Raises:
        SettingError: if a point of the user's names what is not tuned or lies outside its range.
    """
    mine = given.value("initial_trials", ())
    _check_given(mine, merged, given, subject, proposals)
    groups = by_algorithm(merged, proposals, subject)
    owns = {a: _own(merged, _choice(a, merged)) for a in groups}
    known = [
        known_points(merged, group, context, owns[a] or _choice(a, merged), raw=len(groups) > 1)
        for a, group in groups.items()
    ]
    inside = [
        [k for k in row if not merged.space.outside(k.params) and merged.space.allows(k.params)]
        for row in known
    ]
    knows = portfolio(
        given,
        merged,
        comparable(inside) if len(groups) > 1 else inside[0] if inside else [],
        proposals,
        context.get("sampler"),
    )
    identity = merged.space.identity
    asked = {identity(k["params"]) for k in knows.value}
    left = [
        [k.params for k in row if identity(k.params) not in asked][:MAX_PORTFOLIO_TRIALS]
        for row in inside
    ]
    good = [p for row in zip_longest(*left) for p in row if p is not None]
    own = [o for o in owns.values() if o is not None]
    points = distinct(
        map(merged.space.complete, [*own, *({**_base(p, merged, owns), **p} for p in mine), *good]),
        merged.space,
    )
    limit = context["max_trials"]
    excluded = sum(map(len, known)) - sum(map(len, inside))
    source = (
        given.settings["initial_trials"].source
        if mine
        else _source(proposals)
        if good
        else ESTIMATOR
    )
    reason = _reason((len(own), len(owns)), len(mine), (len(good), excluded), limit)
    initial = Setting(tuple(points[:limit]), source, reason, _evidence(proposals) if good else "")
    baselines = tuple(distinct(map(merged.space.complete, own), merged.space)[:limit])
    return FirstTrials({"initial_trials": initial, "portfolio": knows}, baselines)


def _choice(algorithm: str, merged: Merged) -> dict[str, Any]:
    return {ALGORITHM: algorithm} if algorithm and ALGORITHM in merged.ranges else {}


def _own(merged: Merged, choice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the user's own configuration, or None where it is not wholly known or lies outside the ranges."""
    fixed = {n: r.value.value for n, r in merged.ranges.items() if isinstance(r.value, Fixed)}
    point = merged.space.complete({**merged.own, **fixed, **choice})
    active = {n for n in merged.space.order if merged.space.active(n, point)}
    return None if active - set(point) or merged.space.outside(point) else point


def _base(
    point: Mapping[str, Any], merged: Merged, owns: Mapping[str, dict[str, Any] | None]
) -> dict[str, Any]:
    """Return the own configuration that a point of the user's changes: that of the algorithm whose names it sets."""
    named = _algorithms(point, merged) if set(owns) != {""} else set()
    algorithm = next(iter(named or owns))
    return owns[algorithm] or _choice(algorithm, merged)


def _algorithms(point: Mapping[str, Any], merged: Merged) -> set[str]:
    """Return the algorithm that a point says or whose names it sets.

    Raises:
        SettingError: if there are several.
    """
    said = {str(point[ALGORITHM])} if ALGORITHM in point else set()
    named = said | {str(a) for n in point for a in merged.ranges[n].when.get(ALGORITHM, ())}
    if len(named) > 1:
        raise SettingError(
            "initial_trials: a point must be of one algorithm",
            name="initial_trials",
            value=sorted(named),
            got=", ".join(sorted(named)),
        )
    return named


def _check_given(
    points: tuple[dict[str, Any], ...],
    merged: Merged,
    given: Overrides,
    subject: Subject,
    proposals: list[Proposal],
) -> None:
    for point in points:
        for name, value in point.items():
            if name not in merged.ranges:
                raise SettingError(
                    f"initial_trials: {name!r} must be tuned",
                    did_you_mean(name, merged.ranges),
                    name=name,
                    where=given.settings["initial_trials"].where,
                )
            if not merged.ranges[name].value.contains(value):
                raise SettingError(
                    f"initial_trials: {name} must lie in {value_text(merged.ranges[name].value)}",
                    name=name,
                    value=value,
                    where=given.settings["initial_trials"].where,
                )
    if points:
        check_points(points, subject, proposals, given.settings["initial_trials"].source)


def _reason(own: tuple[int, int], mine: int, known: tuple[int, int], limit: int) -> str:
    """Say in words which points come in which order; ``own`` and ``known`` count those tried, and all or those left out."""
    words = _own_words(min(own[0], limit), own[1])
    if mine:
        words += f" Then your {mine} points."
    if known[0]:
        words += f" Then {known[0]} good known configurations, best first."
    if known[1]:
        words += f" {known[1]} known ones lie outside your ranges and are left out."
    return words + (
        f" At most max_trials={limit} of them." if known[0] + mine + own[1] > limit else ""
    )


def baseline_reason(plan: PlanSpec) -> str:
    """Return in words which of the user's own configurations a plan tries first."""
    searched = plan.ranges.get(ALGORITHM)
    return _own_words(len(plan.baselines), int(searched.value.size) if searched else 1)


def _own_words(tried: int, algorithms: int) -> str:
    """Say how many of the user's own configurations are tried."""
    if tried == 0:
        return "Your own configuration is not tried: it is not wholly known, or your ranges exclude it."
    if algorithms == 1:
        return "Your own configuration is trial 0, so the result is never worse."
    which = f"s are trials 0 to {tried - 1}" if tried > 1 else " is trial 0"
    if tried == algorithms:
        return f"Your own configuration{which}, one of each algorithm, so the result is never worse than any."
    return f"Your own configuration{which}, of {tried} of {algorithms} algorithms; your ranges or max_trials exclude the rest."


def _source(proposals: list[Proposal]) -> Source:
    places = [p.known.place("starts") for p in proposals if p.known and p.entry and p.entry.starts]
    return ESTIMATOR.then(provenance.entry(*places))


def _evidence(proposals: list[Proposal]) -> str:
    cited = {p.entry.sources[s.source] for p in proposals if p.entry for s in p.entry.starts}
    return "; ".join(sorted(cited))
