"""Conditions: those a user writes, and what is decided of them by values that are not searched."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.plan.choices import Range
from autotune.plan.overrides import Overrides
from autotune.recommend.candidates import Candidate
from autotune.space.adjust import typed
from autotune.space.conditions import When
from autotune.space.domains import label_of, listed, same


def with_conditions(
    given: Mapping[str, When], ranges: Mapping[str, Range], subject: Subject, overrides: Overrides
) -> dict[str, Range]:
    """Return the ranges, their conditions checked and with values as trials have them.

    Raises:
        SettingError: if a condition is on what is no hyperparameter, or on values that it never
            has; it names the range, and the nearest names or values.
    """
    for name, when in given.items():
        place = {"name": name, "where": overrides.ranges[name].where}
        for parent, values in when.items():
            if parent == name or (parent not in ranges and parent not in subject.static):
                raise SettingError(
                    f"ranges.{name}: when must name other hyperparameters, got {parent!r}",
                    did_you_mean(parent, {*ranges, *subject.static} - {name}),
                    **place,
                )
            if parent in ranges:
                _check_values(name, parent, values, ranges[parent], place)
    return {name: _typed(chosen, ranges) for name, chosen in ranges.items()}


def _typed(chosen: Range, ranges: Mapping[str, Range]) -> Range:
    """Return a range whose condition has numbers as trials have them: 2, and not 2.0."""
    when = {
        parent: tuple(typed(ranges[parent].value, value) for value in values)
        if parent in ranges
        else values
        for parent, values in chosen.when.items()
    }
    return replace(chosen, when=when) if chosen.when else chosen


def _check_values(
    name: str, parent: str, values: tuple[Any, ...], chosen: Range, place: dict[str, str]
) -> None:
    for value in values:
        if not chosen.value.contains(value):
            texts = [label_of(option) for option in listed(chosen.value)]
            raise SettingError(
                f"ranges.{name}: when must hold values that {parent} may have, got {value!r}",
                did_you_mean(label_of(value), texts) or f"{parent} is {chosen.value}.",
                **place,
            )


def settle(
    ranges: dict[str, Range],
    subject: Subject,
    overrides: Overrides,
    candidates: Mapping[str, Candidate],
    given: Mapping[str, When],
) -> tuple[dict[str, Range], dict[str, str]]:
    """Decide conditions on parents that are not searched; drop the names that they exclude.

    ``given`` has the conditions that the user wrote. A known one between two names that both have
    the user's ranges, and that never holds in these, yields to the user.
    """
    searched = {
        name: _yielding(name, chosen, ranges, overrides, given) for name, chosen in ranges.items()
    }
    dropped = dict[str, str]()
    changed = True
    while changed:
        changed = False
        for name, chosen in list(searched.items()):
            gone, remaining = _by_static(chosen, searched, subject, candidates)
            if gone:
                _refuse_given(name, gone, overrides)
                dropped[name] = gone
                del searched[name]
                changed = True
            elif remaining != chosen.when:
                searched[name] = replace(chosen, when=remaining)
    return searched, dropped


def _yielding(
    name: str,
    chosen: Range,
    ranges: Mapping[str, Range],
    overrides: Overrides,
    given: Mapping[str, When],
) -> Range:
    never = {
        parent: values
        for parent, values in chosen.when.items()
        if name in overrides.ranges and parent in overrides.ranges
        if parent not in given.get(name, {})
        if not any(ranges[parent].value.contains(value) for value in values)
        and ranges[parent].value.size > 1
    }
    if not never:
        return chosen
    known = " and ".join(
        f"{parent} is {' or '.join(map(label_of, values))}" for parent, values in never.items()
    )
    rest = {parent: values for parent, values in chosen.when.items() if parent not in never}
    return replace(chosen, when=rest).changed(f"It matters only when {known}.")


def _by_static(
    chosen: Range,
    searched: Mapping[str, Range],
    subject: Subject,
    candidates: Mapping[str, Candidate],
) -> tuple[str, dict[str, tuple[Any, ...]]]:
    remaining: dict[str, tuple[Any, ...]] = {}
    for parent, values in chosen.when.items():
        if parent in searched:
            possible = searched[parent].value
            if not any(possible.contains(value) for value in values):
                return f"{parent} never is {' or '.join(map(label_of, values))}", {}
            remaining[parent] = values
        else:
            value = (
                candidates[parent].baseline if parent in candidates else subject.static.get(parent)
            )
            if not any(same(value, listed) for listed in values):
                return (
                    f"{parent} is {value!r}, and it is used only with "
                    f"{' or '.join(map(label_of, values))}",
                    {},
                )
    return "", remaining


def _refuse_given(name: str, why: str, overrides: Overrides) -> None:
    if name in overrides.ranges:
        raise SettingError(
            f"ranges: {name!r} cannot be tuned: {why}",
            "Change that, or drop the range.",
            name=name,
            where=overrides.ranges[name].where,
        )
