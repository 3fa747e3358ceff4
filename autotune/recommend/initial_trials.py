"""The first trials: the user's own configuration and points, then good known configurations."""

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
from autotune.recommend.algorithms import by_algorithm
from autotune.recommend.candidates import Proposal
from autotune.recommend.first_trial_words import Counts, in_words, obstacle
from autotune.recommend.legality import check_points
from autotune.recommend.merge import Merged
from autotune.recommend.portfolio import ScoredPoint, comparable, known_points, portfolio
from autotune.space.domains import Fixed, label_of
from autotune.space.forbidden_rules import ForbiddenRule
from autotune.space.other_forms import number_in
from autotune.space.search_space import Space, distinct
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
    overrides: Overrides,
    context: Mapping[str, Any],
    subject: Subject,
) -> FirstTrials:
    """Return the first trials and the portfolio, what the sampler knows.

    First come the baselines, then the user's points, then good known configurations of each
    algorithm in turn, except those with scores, which the sampler chooses from where it can.

    Raises:
        SettingError: if a point of the user's names what is not tuned or lies outside its range.
    """
    user_points = _as_numbers(overrides.value("initial_trials", ()), merged)
    _check_user_points(user_points, merged, overrides, subject, proposals)
    groups = by_algorithm(merged, proposals, subject)
    baselines = {algorithm: _baseline(merged, _choice(algorithm, merged)) for algorithm in groups}
    candidates = [
        known_points(
            merged,
            group,
            context,
            baselines[algorithm] or _choice(algorithm, merged),
            raw=len(groups) > 1,
        )
        for algorithm, group in groups.items()
    ]
    legal = [[point for point in group if _is_legal(point, merged)] for group in candidates]
    knowledge = portfolio(overrides, merged, _scored(legal), proposals, context.get("sampler"))
    good = _in_turn(legal, [point["params"] for point in knowledge.value], merged.space)
    tried = [baseline for baseline in baselines.values() if baseline is not None]
    completed = [{**_base(point, merged, baselines), **point} for point in user_points]
    for point in completed:
        _check_allowed(point, merged, overrides)
    points = distinct(map(merged.space.complete, [*tried, *completed, *good]), merged.space)
    from_user = distinct(map(merged.space.complete, [*tried, *completed]), merged.space)
    counts = Counts(
        baselines=sum(baseline is not None for baseline in baselines.values()),
        algorithms=len(baselines),
        user_points=len(user_points),
        good=max(0, min(len(points), context["max_trials"]) - len(from_user)),
        excluded=sum(map(len, candidates)) - sum(map(len, legal)),
        limit=context["max_trials"],
    )
    initial = Setting(
        tuple(points[: counts.limit]),
        _source(overrides, proposals, counts),
        in_words(counts, obstacle(merged)),
        _evidence(proposals) if counts.good else "",
    )
    return FirstTrials(
        {"initial_trials": initial, "portfolio": knowledge},
        tuple(distinct(map(merged.space.complete, tried), merged.space)[: counts.limit]),
    )


def _as_numbers(
    points: tuple[dict[str, object], ...], merged: Merged
) -> tuple[dict[str, object], ...]:
    """Return the user's points, texts that are numbers as such where a range is one of numbers."""

    def read(name: str, value: object) -> object:
        number = number_in(value)
        domain = merged.ranges[name].value if name in merged.ranges else None
        is_text = number is None or domain is None or domain.contains(value)
        return value if is_text else number

    return tuple({name: read(name, value) for name, value in point.items()} for point in points)


def _is_legal(point: ScoredPoint, merged: Merged) -> bool:
    return not merged.space.outside(point.params) and merged.space.allows(point.params)


def _scored(groups: list[list[ScoredPoint]]) -> list[ScoredPoint]:
    if len(groups) > 1:
        return comparable(groups)
    return groups[0] if groups else []


def _in_turn(
    groups: list[list[ScoredPoint]], portfolio_points: list[Mapping[str, object]], space: Space
) -> list[dict[str, Any]]:
    """Return the best configurations of each group in turn, without those of the portfolio."""
    excluded = set(map(space.identity, portfolio_points))
    columns = [
        [point.params for point in group if space.identity(point.params) not in excluded][
            :MAX_PORTFOLIO_TRIALS
        ]
        for group in groups
    ]
    return [params for row in zip_longest(*columns) for params in row if params is not None]


def _choice(algorithm: str, merged: Merged) -> dict[str, Any]:
    return {ALGORITHM: algorithm} if algorithm and ALGORITHM in merged.ranges else {}


def _baseline(merged: Merged, choice: Mapping[str, object]) -> dict[str, Any] | None:
    """Return the user's own configuration, or None if it is incomplete or outside the ranges."""
    fixed = {
        name: chosen.value.value
        for name, chosen in merged.ranges.items()
        if isinstance(chosen.value, Fixed)
    }
    point = merged.space.complete({**merged.baselines, **fixed, **choice})
    active = {name for name in merged.space.order if merged.space.active(name, point)}
    if active - set(point) or merged.space.outside(point) or not merged.space.allows(point):
        return None
    return point


def _base(
    point: Mapping[str, object], merged: Merged, baselines: Mapping[str, dict[str, object] | None]
) -> dict[str, Any]:
    """Return the baseline that a user's point changes: that of the algorithm it belongs to."""
    chosen = _algorithms(point, merged) if set(baselines) != {""} else set()
    algorithm = next(iter(chosen or baselines))
    return baselines[algorithm] or _choice(algorithm, merged)


def _algorithms(point: Mapping[str, object], merged: Merged) -> set[str]:
    """Return the algorithm that a point chooses or whose names it sets.

    Raises:
        SettingError: if there are several.
    """
    chosen = {str(point[ALGORITHM])} if ALGORITHM in point else set()
    for name in point:
        chosen |= set(map(str, merged.ranges[name].when.get(ALGORITHM, ())))
    if len(chosen) > 1:
        raise SettingError(
            "initial_trials: a point must be of one algorithm",
            name="initial_trials",
            value=sorted(chosen),
            got=", ".join(sorted(chosen)),
        )
    return chosen


def _check_allowed(point: Mapping[str, object], merged: Merged, overrides: Overrides) -> None:
    """Refuse a point that, with the user's own values for what it leaves out, is forbidden."""
    space = merged.space
    used = space.complete(point)
    if space.allows(used):
        return
    rule = next((rule.text for rule in space.rules if rule.matches(used)), None)
    row = next((row for row in space.forbidden if not Space({}, {}, (row,)).allows(used)), {})
    names = row if rule is None else ForbiddenRule(rule).names
    values = ", ".join(f"{name}={label_of(used.get(name))}" for name in names)
    raise SettingError(
        "initial_trials: a point must not be a forbidden combination",
        f"It is forbidden by {rule!r}." if rule else "The library refuses it, or you forbid it.",
        name="initial_trials",
        value=dict(used),
        got=values,
        where=overrides.settings["initial_trials"].where,
    )


def _check_user_points(
    points: tuple[dict[str, object], ...],
    merged: Merged,
    overrides: Overrides,
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
                    where=overrides.settings["initial_trials"].where,
                )
            if not merged.ranges[name].value.contains(value):
                raise SettingError(
                    f"initial_trials: {name} must lie in {value_text(merged.ranges[name].value)}",
                    name=name,
                    value=value,
                    where=overrides.settings["initial_trials"].where,
                )
    if points:
        check_points(points, subject, proposals, overrides.settings["initial_trials"].source)


def _source(overrides: Overrides, proposals: list[Proposal], counts: Counts) -> Source:
    if counts.user_points:
        return overrides.settings["initial_trials"].source
    if not counts.good:
        return ESTIMATOR
    files = [
        proposal.entry_file
        for proposal in proposals
        if proposal.entry_file and proposal.entry_file.content.starts
    ]
    return ESTIMATOR.then(provenance.entry(*(file.place("starts") for file in files)))


def _evidence(proposals: list[Proposal]) -> str:
    sources = {
        proposal.entry.sources[start.source]
        for proposal in proposals
        if proposal.entry
        for start in proposal.entry.starts
    }
    return "; ".join(sorted(sources))
