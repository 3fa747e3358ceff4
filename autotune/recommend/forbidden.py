"""Combinations that are never tried: those a library refuses, and those a user forbids."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.plan.overrides import Overrides
from autotune.recommend.merge import Merged
from autotune.space.adjust import typed
from autotune.space.domains import Choice, label_of, listed, same
from autotune.space.forbidden_rules import ForbiddenRule
from autotune.space.search_space import Space

DRAWS, FEWEST = 1000, 10  # of so many random configurations so many must be legal


def forbid(
    merged: Merged, rows: Sequence[Mapping[str, tuple[object, ...]]], static: Mapping[str, object]
) -> Merged:
    """Add the combinations the libraries refuse, as far as they concern what is searched."""
    concerned = []
    for row in rows:
        remaining = {name: values for name, values in row.items() if name in merged.ranges}
        decided = all(
            any(same(static.get(name), value) for value in values)
            for name, values in row.items()
            if name not in remaining
        )
        if remaining and decided:
            concerned.append(remaining)
    return replace(merged, forbidden=tuple(concerned))


def forbid_by_user(merged: Merged, overrides: Overrides, static: Mapping[str, object]) -> Merged:
    """Add the combinations that the user forbids.

    Raises:
        SettingError: if one names what is no hyperparameter or a value that it never has, or if
            next to nothing is left to try.
    """
    if not overrides.value("forbidden"):
        return merged
    where = overrides.settings["forbidden"].where
    rows: list[Mapping[str, tuple[Any, ...]]] = []
    rules: list[ForbiddenRule] = []
    try:
        for item in overrides.value("forbidden"):
            if isinstance(item, str):
                rules += _checked_rule(ForbiddenRule(item), merged, static)
            else:
                rows += _checked_row(item, merged, static)
        rows = [row for row in rows if row not in merged.forbidden]
        forbidding = replace(
            merged, forbidden=(*merged.forbidden, *rows), rules=(*merged.rules, *rules)
        )
        check_room(forbidding.space, "forbidden must leave something to try")
    except SettingError as error:
        raise error.at(where) from None
    return forbidding


def _checked_rule(
    rule: ForbiddenRule, merged: Merged, static: Mapping[str, object]
) -> list[ForbiddenRule]:
    """Return the rule over what is searched; none where what is static decides that it holds not.

    The rule is refused where static values alone decide that it holds.
    """
    _check_names(rule.names, rule.text, merged, static)
    for name, value in _compared(rule):
        if name in merged.ranges:
            _check_value(name, value, rule.text, merged, strict=False)
    rest = {name: static[name] for name in rule.names if name not in merged.ranges}
    if len(rest) < len(rule.names):
        return [rule.with_values(rest)] if _can_hold(rule, rest, merged) else []
    if rule.matches(rest):
        raise _always(rule.text)
    return []


def _can_hold(rule: ForbiddenRule, rest: Mapping[str, object], merged: Merged) -> bool:
    """Return whether static values leave it open that a rule holds."""
    for name, value in rest.items():
        if not isinstance(value, str | int | float | bool | None):
            raise SettingError(
                f"forbidden: {name!r} must be tuned, or have a plain value",
                name="forbidden",
                value=rule.text,
                got=label_of(value),
            )
    return bool(merged.ranges)


def _checked_row(
    row: Mapping[str, tuple[Any, ...]], merged: Merged, static: Mapping[str, object]
) -> list[Mapping[str, tuple[Any, ...]]]:
    _check_names(row, str(dict(row)), merged, static)
    row = {
        name: tuple(typed(merged.ranges[name].value, value) for value in values)
        if name in merged.ranges
        else values
        for name, values in row.items()
    }
    for name, values in row.items():
        for value in values if name in merged.ranges else ():
            _check_value(name, value, str(dict(row)), merged, strict=True)
    rows = forbid(replace(merged, forbidden=()), [row], static).forbidden
    decided = all(name not in merged.ranges for name in row)
    if decided and all(_among(static.get(name), values) for name, values in row.items()):
        raise _always(str(dict(row)))
    return list(rows)


def _among(value: object, values: Sequence[object]) -> bool:
    return any(same(value, other) for other in values)


def _always(text: str) -> SettingError:
    return SettingError(
        "forbidden must leave something to try",
        "Tune one of its hyperparameters, or change its static value.",
        name="forbidden",
        value=text,
        got=f"{text!r}, which static values alone decide",
    )


def _check_names(
    names: Sequence[str] | Mapping[str, object],
    text: str,
    merged: Merged,
    static: Mapping[str, object],
) -> None:
    choices = {*merged.ranges, *static}
    for name in names:
        if name not in choices:
            raise SettingError(
                f"forbidden: {name!r} must be a hyperparameter",
                did_you_mean(name, choices),
                name="forbidden",
                value=text,
                got=repr(text),
            )


def _compared(rule: ForbiddenRule) -> Iterator[tuple[str, object]]:
    """Yield each hyperparameter that a rule compares for equality, with the value."""
    for node in ast.walk(rule.tree):
        if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Name):
            continue
        right = node.comparators[0]
        if isinstance(node.ops[0], ast.Eq | ast.NotEq) and isinstance(right, ast.Constant):
            yield rule.name(node.left), right.value
        if isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(right, ast.List | ast.Tuple):
            for item in right.elts:
                if isinstance(item, ast.Constant):
                    yield rule.name(node.left), item.value


def _check_value(name: str, value: object, text: str, merged: Merged, *, strict: bool) -> None:
    """Refuse a value that a hyperparameter never has: it is misspelled, or forbids nothing."""
    domain = merged.ranges[name].value
    options = listed(domain)
    is_equal = not strict and any(option == value for option in options)
    if is_equal or domain.contains(value):
        return
    near = did_you_mean(label_of(value), map(label_of, options)) if options else ""
    raise SettingError(
        f"forbidden: {name} must be compared with a value that it may have",
        near if isinstance(domain, Choice) else f"It is searched in {domain}.",
        name="forbidden",
        value=text,
        got=repr(value),
    )


def check_room(space: Space, must: str) -> None:
    """Refuse what leaves nothing, or so little that no search could find it.

    Raises:
        SettingError: saying what must hold, and how few configurations do.
    """
    grid = space.grid(10_000)
    if grid is None:
        random = Random(0)
        legal = sum(space.allows(space.sample_any(random)) for _ in range(DRAWS))
        got = f"{legal} of {DRAWS} random configurations that are legal"
    else:
        legal = FEWEST if grid else 0
        got = "no configuration that is legal"
    if legal < FEWEST:
        raise SettingError(
            must,
            "Narrow the ranges.",
            name=must.partition(" ")[0],
            got=got,
        )
