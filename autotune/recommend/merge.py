"""The merge of ranges by name: the user's replace the inferred ones, and others are added."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.plan.choices import Range
from autotune.plan.overrides import Overrides, UserValue
from autotune.recommend.arguments import check_arguments
from autotune.recommend.candidates import Candidate
from autotune.recommend.conditions import settle, with_conditions
from autotune.recommend.from_names import by_meaning
from autotune.recommend.hints import around_hint, check_hint
from autotune.recommend.steps import alternatives, has_within, when_chosen
from autotune.space.conditions import When
from autotune.space.domains import Domain, Fixed, Hint, label_of
from autotune.space.forbidden_rules import ForbiddenRule
from autotune.space.search_space import Space
from autotune.space.user_ranges import read_range, reading

Selected = tuple[dict[str, Candidate], dict[str, Candidate], dict[str, str]]


@dataclass(frozen=True)
class Merged:
    """The ranges to search, after the user's ranges and the effort level are applied."""

    ranges: Mapping[str, Range]
    """The range of each hyperparameter that is searched or fixed."""
    baselines: Mapping[str, Any]
    """The user's own value of each, where it is known."""
    left_out: Mapping[str, str]
    """Why each other hyperparameter is not tuned."""
    forbidden: tuple[When, ...] = ()
    """Combinations that are never tried."""
    rules: tuple[ForbiddenRule, ...] = ()
    """Further ones, as expressions."""

    @property
    def space(self) -> Space:
        """The search space of the ranges."""
        when = {name: chosen.when for name, chosen in self.ranges.items() if chosen.when}
        return Space(
            {name: chosen.value for name, chosen in self.ranges.items()},
            when,
            self.forbidden,
            self.rules,
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What the decision tables may read of the space."""
        grid = self.space.grid(10_000)
        return {
            "dims": sum(chosen.value.size > 1 for chosen in self.ranges.values()),
            "configurations": None if grid is None else len(grid),
            "conditional": any(chosen.when for chosen in self.ranges.values()),
        }


def merge(selected: Selected, overrides: Overrides, subject: Subject) -> Merged:
    """Bring inferred and given ranges together.

    Raises:
        SettingError: if a given range is illegal, unknown, contradicts keep_static, or belongs to
            an excluded condition.
    """
    chosen, unchosen, left_out = selected
    candidates = {**chosen, **unchosen}
    ranges = {name: candidate.range for name, candidate in chosen.items()}
    baselines = {
        name: candidate.baseline for name, candidate in chosen.items() if candidate.has_baseline
    }
    given: dict[str, When] = {}
    steps = alternatives(overrides)
    for name, value in overrides.ranges.items():
        if not has_within(name, steps):
            _check_known(name, subject, candidates, overrides)
        ranges[name], given[name] = _given_range(name, value, candidates.get(name), subject)
        _check_tuned(name, ranges[name], overrides)
        baselines |= _own_of(name, candidates.get(name), subject)
        left_out.pop(name, None)
    check_arguments(subject, ranges)
    ranges = with_conditions(given, ranges, subject, overrides)
    ranges = {
        name: _within_steps(name, chosen, steps, subject, name in given)
        for name, chosen in ranges.items()
    }
    searched, dropped = settle(ranges, subject, overrides, candidates, given)
    return Merged(
        searched,
        {name: value for name, value in baselines.items() if name in searched},
        {**left_out, **dropped},
    )


def _within_steps(
    name: str, chosen: Range, steps: Mapping[str, tuple[Any, ...]], subject: Subject, given: bool
) -> Range:
    conditions = when_chosen(name, steps, subject.static, given)
    return replace(chosen, when={**conditions, **chosen.when}) if conditions else chosen


def _check_known(
    name: str, subject: Subject, candidates: Mapping[str, Candidate], overrides: Overrides
) -> None:
    names = {**subject.static, **candidates}
    if name not in names and not subject.accepts(name):
        hint = _way_out(name, names, subject)
        raise SettingError(
            f"ranges: {name!r} must be a hyperparameter of {subject.name}",
            hint,
            name=name,
            where=overrides.ranges[name].where,
        )
    if name in overrides.value("keep_static", ()):
        raise SettingError(
            f"{name!r} must be in ranges or in keep_static",
            "Drop one of them.",
            name=name,
            got="both",
            where=overrides.ranges[name].where,
        )


def _check_tuned(name: str, chosen: Range, overrides: Overrides) -> None:
    """Refuse a range of a name that ``tune`` leaves out; a fixed value is not tuned."""
    only = overrides.value("tune")
    if only is not None and name not in only and chosen.value.size > 1:
        raise SettingError(
            f"{name!r} must be in tune={list(only)}, as it has a range",
            "Add it to tune, or drop its range.",
            name=name,
            where=overrides.ranges[name].where,
        )


def _way_out(name: str, names: Mapping[str, object], subject: Subject) -> str:
    """Return what to write in place of a name that is no hyperparameter."""
    near = [full for full in names if full.endswith((f"__{name}", f".{name}"))]
    if near:
        return f"Say which: {', '.join(near)}."
    outer = name.partition(".")[0]
    if isinstance(subject.static.get(outer), dict):
        return f"{outer} is a mapping: give what it holds an argument of its own."
    return did_you_mean(name, names)


def _given_range(
    name: str, value: UserValue, candidate: Candidate | None, subject: Subject
) -> tuple[Range, When]:
    """Return the range that a user gave, and the condition that was given with it."""
    meant = candidate or (
        None if subject.kind in ("estimator", "name") else by_meaning(name, subject.parts[0])
    )
    inferred = meant.range.value if meant else None
    static = subject.static.get(name)
    given = value.value.value if isinstance(value.value, Range) else value.value
    try:
        read = read_range(name, given, inferred, static)
    except SettingError as error:
        raise error.at(value.where) from None
    own = read.when or {}
    when = {**(candidate.range.when if candidate else subject.owner(name).when), **own}
    read = replace(read, when=None)
    if isinstance(read, Hint):
        return _hinted(name, read, value, meant, when), own
    reason = _reason(name, read, candidate, static, subject) + reading(given, read)
    return Range(read, value.source, reason, "", when), own


def _hinted(
    name: str, hint: Hint, value: UserValue, candidate: Candidate | None, when: Any
) -> Range:
    inferred = candidate.range.value if candidate else None
    check_hint(name, hint.value, candidate.bounds if candidate else None, value.where)
    near = around_hint(hint.value, inferred, candidate.bounds if candidate else None)
    if near is None:
        raise SettingError(
            f"ranges.{name}: a hint must be a number other than 0 where no range is known",
            "Give a range.",
            name=name,
            value=hint.value,
            where=value.where,
        )
    return Range(
        near.domain,
        replace(value.source, is_hint=True),
        f"Inferred around your hint {hint.value!r}: {near.rule}.",
        near.evidence(candidate.range.evidence if candidate else ""),
        when,
    )


def _reason(
    name: str, domain: Domain, candidate: Candidate | None, static: object, subject: Subject
) -> str:
    if isinstance(domain, Fixed):
        return "You fixed it."
    words = (
        "Your range, instead of the inferred one."
        if candidate
        else "Your range, added to the inferred ones."
    )
    if name in subject.explicit and not domain.contains(static):
        words += f" Your estimator's own {label_of(static)} lies outside it and is not tried."
    return words


def _own_of(name: str, candidate: Candidate | None, subject: Subject) -> dict[str, Any]:
    if candidate and candidate.has_baseline:
        return {name: candidate.baseline}
    return {name: subject.static[name]} if name in subject.static else {}
