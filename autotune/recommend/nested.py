"""A choice of mappings, each with hyperparameters of its own, as HyperDrive nests search spaces."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune.errors import SettingError
from autotune.plan.overrides import Overrides, UserValue
from autotune.serialization.values import is_estimator
from autotune.space.domains import Choice, Domain, Fixed, Float, Int, Normal
from autotune.space.labels import identity
from autotune.space.shorthand import SHAPES, SPAN, spelled
from autotune.space.user_ranges import read_range

Branch = Mapping[str, Any]
EXAMPLE = "{'optimizer': 'sgd', 'momentum': Float(0, 0.9)}"


def unnested(overrides: Overrides) -> Overrides:
    """Return the overrides with each choice of mappings as ranges with conditions.

    Where the mappings hold ranges, each of them is a branch: a name that has one value in each of
    them, another one every time, says which branch it is, and the others are used only with it.

    Raises:
        SettingError: if no name tells the branches apart, or one has two ranges.
    """
    ranges: dict[str, UserValue] = {}
    for name, value in overrides.ranges.items():
        branches = _branches(value.value)
        if branches is None:
            ranges[name] = value
            continue
        try:
            inner = _flat(name, branches)
        except SettingError as error:
            raise error.at(value.where) from None
        for key, domain in inner.items():
            if key in ranges or (key != name and key in overrides.ranges):
                raise SettingError(
                    f"ranges.{name}: {key!r} must have one range", "Drop one.", name=name, got="two"
                ).at(value.where)
            ranges[key] = UserValue(domain, value.source)
    return replace(overrides, ranges=ranges)


def _branches(value: Any) -> list[Branch] | None:
    """Return the mappings of a choice if one of them holds a range; None for other values."""
    listed = list(value.choices) if isinstance(value, Choice) else value
    if not isinstance(listed, list | tuple) or not listed:
        return None
    if not all(isinstance(item, Mapping) and all(map(_is_name, item)) for item in listed):
        return None
    held = (inner for item in listed for inner in item.values())
    return list(listed) if any(map(_is_range, held)) else None


def _is_name(key: object) -> bool:
    return isinstance(key, str)


def _is_range(value: Any) -> bool:
    if isinstance(value, Float | Int | Choice | Normal):
        return True
    if isinstance(value, Mapping):
        return bool(value.keys() & {"low", "choices", "mean"}) and value.keys() <= SHAPES
    if isinstance(value, str):
        return SPAN.match(value) is not None
    drawn = hasattr(value, "rvs") or hasattr(value, "sample")
    return drawn and not is_estimator(value)


def _flat(name: str, branches: list[Branch]) -> dict[str, Domain]:
    """Return the ranges of all branches, those of a branch under its condition."""
    domains = [
        {key: _domain(f"{name}.{key}", item) for key, item in branch.items()} for branch in branches
    ]
    selector = _selector(name, domains)
    flat: dict[str, Domain] = {selector: Choice([branch[selector].value for branch in domains])}  # type: ignore[union-attr]
    for key in dict.fromkeys(key for branch in domains for key in branch if key != selector):
        having = [branch for branch in domains if key in branch]
        if len({repr(branch[key]) for branch in having}) > 1:
            raise SettingError(
                f"ranges.{name}: {key!r} must have the same range in each mapping that has it",
                "Give the wider one, and forbidden=[…] for what a mapping leaves out.",
                name=name,
                got=" and ".join(str(branch[key]) for branch in having[:2]),
            )
        values = tuple(branch[selector].value for branch in having)  # type: ignore[union-attr]
        when = {} if len(having) == len(domains) else {selector: values}
        flat[key] = replace(having[0][key], when=when or None)
    return flat


def _domain(name: str, value: Any) -> Domain:
    read = read_range(name, spelled(value) if isinstance(value, str) else value, None)
    if not isinstance(read, Float | Int | Choice | Fixed | Normal):
        raise SettingError(f"ranges.{name}: must be a range or a value, got a hint", name=name)
    return read


def _selector(name: str, domains: list[dict[str, Domain]]) -> str:
    """Return the name whose value tells which mapping it is."""
    for key in domains[0]:
        values = [branch.get(key) for branch in domains]
        fixed = [value.value for value in values if isinstance(value, Fixed)]
        if len(fixed) == len(domains) and len(set(map(identity, fixed))) == len(fixed):
            return key
    raise SettingError(
        f"ranges.{name}: a choice of mappings must have a name with another value in each",
        f"For example {EXAMPLE}.",
        name=name,
    )
