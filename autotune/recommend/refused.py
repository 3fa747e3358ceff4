"""Combinations that a library refuses, by its entry: never planned, never tried."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError
from autotune.plan.overrides import Overrides
from autotune.recommend.candidates import Candidate
from autotune.recommend.combinations import Among, Refused
from autotune.recommend.forbidden import check_room
from autotune.recommend.merge import Merged, Selected
from autotune.space.adjust import typed
from autotune.space.conditions import When
from autotune.space.domains import Choice, Domain, listed
from autotune.space.forbidden_rules import ForbiddenRule


def check_own(
    combinations: Iterable[Refused], static: Mapping[str, Any], overrides: Overrides
) -> None:
    """Refuse an estimator whose own values a library refuses together.

    Raises:
        SettingError: naming the values; ranges that the user gave for one of them decide instead.
    """
    for refused in combinations:
        given = any(name in overrides.ranges for name in refused.names)
        if not given and all(each.matches(static) for each in refused.conditions):
            raise SettingError(
                f"{_values(refused.names, static)} must not go together: {refused.whose} refuses"
                " them.",
                "Change one of them.",
            )


def without_refused(
    selected: Selected,
    combinations: Iterable[Refused],
    static: Mapping[str, Any],
    overrides: Overrides,
) -> Selected:
    """Return the candidates without choices that static values rule out.

    One with a single choice left keeps it, and is not tuned.
    """
    chosen, unchosen, left_out = dict(selected[0]), dict(selected[1]), dict(selected[2])
    for refused in combinations:
        for name in [name for name in refused.names if name in chosen]:
            domain = chosen[name].range.value
            if name in overrides.ranges or not isinstance(domain, Choice):
                continue
            when = {**{given: {} for given in overrides.ranges}, **_conditions_of(chosen)}
            ruled_out = _ruled_out(name, domain, refused, when, static)
            legal = [value for value in domain.choices if value not in ruled_out]
            if len(legal) > 1 or not ruled_out:
                chosen[name] = _with_choices(chosen[name], legal)
                continue
            unchosen[name] = chosen.pop(name)
            others = _values([other for other in refused.names if other != name], static)
            left_out[name] = f"{refused.whose} takes no other value with {others}"
    return chosen, unchosen, left_out


def _conditions_of(chosen: Mapping[str, Candidate]) -> dict[str, When]:
    return {name: candidate.range.when for name, candidate in chosen.items()}


def _with_choices(candidate: Candidate, choices: list[Any]) -> Candidate:
    domain = Choice(choices)
    return replace(candidate, range=replace(candidate.range, value=domain))


def _ruled_out(
    name: str,
    domain: Domain,
    refused: Refused,
    searched: Mapping[str, When],
    static: Mapping[str, Any],
) -> list[Any]:
    """Return a hyperparameter's values that the library refuses with the others' static ones.

    ``searched`` has the conditions of what is searched: a name not in use keeps its static value.
    """
    values = []
    for value in listed(domain):
        varies = any(
            other in searched and (name not in searched[other] or value in searched[other][name])
            for other in refused.names
            if other != name
        )
        point = {**static, name: value}
        if not varies and all(each.matches(point) for each in refused.conditions):
            values.append(value)
    return values


def forbid_refused(
    merged: Merged,
    combinations: Iterable[Refused],
    static: Mapping[str, Any],
    overrides: Overrides,
) -> Merged:
    """Add what the libraries refuse, as far as it concerns what is searched.

    Raises:
        SettingError: if choices that the user gave are all but ruled out by it.
    """
    domains = {name: chosen.value for name, chosen in merged.ranges.items()}
    rows: list[dict[str, tuple[Any, ...]]] = []
    rules: list[ForbiddenRule] = []
    concerns_user = False
    for refused in combinations:
        _check_choices(refused, merged, static, overrides)
        left = refused.within(domains, static)
        if left is None or not left.conditions or _never_together(left, merged):
            continue
        concerns_user = concerns_user or any(name in overrides.ranges for name in left.names)
        row = _as_row(left, domains)
        rows += [row] if row else []
        rules += [] if row else [_as_rule(left)]
    merged = replace(merged, forbidden=tuple(rows), rules=tuple(rules))
    if concerns_user:
        check_room(merged.space, "ranges must hold combinations that the library accepts")
    return merged


def _never_together(left: Refused, merged: Merged) -> bool:
    """Return whether one of the hyperparameters is not in use wherever the others hold."""
    for name in left.names:
        for parent, values in merged.ranges[name].when.items():
            about = [each for each in left.conditions if each.names == (parent,)]
            if about and not any(all(c.matches({parent: v}) for c in about) for v in values):
                return True
    return False


def _as_row(left: Refused, domains: Mapping[str, Domain]) -> dict[str, tuple[Any, ...]]:
    """Return values by name, or nothing where a condition is none on values."""
    row = {}
    for each in left.conditions:
        if not isinstance(each, Among):
            return {}
        row[each.name] = tuple(typed(domains[each.name], value) for value in each.values)
    return row


def _check_choices(
    refused: Refused, merged: Merged, static: Mapping[str, Any], overrides: Overrides
) -> None:
    """Refuse a choice that the user gave and that static values alone rule out."""
    when = {name: chosen.when for name, chosen in merged.ranges.items()}
    for name in [name for name in refused.names if name in overrides.ranges and name in when]:
        ruled_out = _ruled_out(name, merged.ranges[name].value, refused, when, static)
        if ruled_out:
            others = [other for other in refused.names if other != name]
            raise SettingError(
                f"ranges.{name} must not hold {ruled_out[0]!r} with {_values(others, static)}:"
                f" {refused.whose} refuses them together.",
                f"Drop it, or change or tune {' or '.join(others)}.",
                where=overrides.ranges[name].where,
            )


def _as_rule(left: Refused) -> ForbiddenRule:
    texts = [
        f"`{each.name}` in {list(each.values)!r}" if isinstance(each, Among) else f"({each.text})"
        for each in left.conditions
    ]
    return ForbiddenRule(" and ".join(texts))


def _values(names: Sequence[str], static: Mapping[str, Any]) -> str:
    """Return names with their values, without arguments that only wait to be removed."""
    shown = [name for name in names if static.get(name) not in (None, "deprecated")]
    return " and ".join(f"{name}={static.get(name)!r}" for name in shown)
