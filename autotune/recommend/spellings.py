"""The user's spellings: an alias is the hyperparameter itself, under the name the user wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autotune.errors import SettingError
from autotune.facts import Part, Subject
from autotune.knowledge.names import normal
from autotune.plan.overrides import Overrides, UserValue
from autotune.recommend.entry_values import entry_of
from autotune.serialization.values import signature_defaults
from autotune.space.forbidden_rules import ForbiddenRule

LISTS = ("tune", "keep_static")


@dataclass(frozen=True)
class Spelled:
    """What is tuned, and what the user set, with one name for each hyperparameter."""

    subject: Subject
    """The parts, with each hyperparameter under the name that the user wrote."""
    overrides: Overrides
    """What the user set, by the same names."""
    real_names: Mapping[str, str]
    """The estimator's own name of each hyperparameter that has another one in the plan."""


def spelled(subject: Subject, overrides: Overrides) -> Spelled:
    """Bring all spellings of a hyperparameter to one, the user's.

    Raises:
        SettingError: if the user gives one hyperparameter twice, under two of its names.
    """
    groups = _all_groups(subject, overrides)
    _check_static(subject, groups)
    overrides = _latest(overrides, groups)
    names = _chosen(groups, subject, overrides)
    if not names:
        return Spelled(subject, overrides, _real_of_static(subject, groups))
    parts = tuple(_respelled(part, names) for part in subject.parts)
    real = {
        chosen: _real(subject.owner(chosen), groups[chosen])
        for chosen in dict.fromkeys(names.values())
        if subject.kind == "estimator"
    }
    real = {name: own for name, own in real.items() if own != name}
    renamed = replace(subject, parts=parts)
    return Spelled(
        renamed, _renamed(overrides, names), {**_real_of_static(subject, groups), **real}
    )


def first_names(subject: Subject, overrides: Overrides) -> dict[str, str]:
    """Return one name for all names of each hyperparameter that has several, by each of them."""
    return {name: group[0] for name, group in _all_groups(subject, overrides).items()}


def _all_groups(subject: Subject, overrides: Overrides) -> dict[str, tuple[str, ...]]:
    groups = (group for part in subject.parts for group in _groups(part, overrides))
    return {name: group for group in groups for name in group}


def _latest(overrides: Overrides, groups: Mapping[str, tuple[str, ...]]) -> Overrides:
    """Return the overrides without ranges that a later layer gives under another name."""
    ranges = overrides.ranges
    later = {
        name
        for name, value in ranges.items()
        for other in groups.get(name, ())
        if other in ranges and ranges[other].layer > value.layer
    }
    kept = {name: value for name, value in ranges.items() if name not in later}
    return replace(overrides, ranges=kept) if later else overrides


def _groups(part: Part, overrides: Overrides) -> list[tuple[str, ...]]:
    """Return the full names of each hyperparameter that has several, its own first."""
    if not part.names and part.entry is None:
        return _by_writing(part, [*_mentions(overrides)])
    entry_file = entry_of(part)
    if entry_file is None:
        return []
    rows = entry_file.content.spellings()
    return [tuple(part.prefix + name for name in row) for row in rows if len(row) > 1]


def _by_writing(part: Part, mentions: Iterable[str]) -> list[tuple[str, ...]]:
    """Return an argument's names that differ in how they are written: ``--batch-size``."""
    own = {normal(name): name for name in (*part.params, *part.required, *part.bound)}
    pairs = [(own.get(normal(bare(name)), bare(name)), name) for name in mentions]
    return [(name, mention) for name, mention in pairs if name != mention]


def bare(name: str) -> str:
    """Return an argument's name without the dashes by which a command line marks it."""
    return name.lstrip("-") or name


def _mentions(overrides: Overrides) -> dict[str, str]:
    """Return each name that the user wrote, with the setting where it stands first."""
    points = overrides.value("initial_trials", ())
    fidelity = overrides.value("fidelity")
    places = {
        "ranges": [*overrides.ranges],
        **{name: [*(overrides.value(name) or ())] for name in LISTS},
        "initial_trials": [name for point in points for name in point],
        "fidelity": [fidelity["name"]] if isinstance(fidelity, Mapping) else [],
        "forbidden": [
            name
            for row in overrides.value("forbidden", ())
            for name in (ForbiddenRule(row).names if isinstance(row, str) else row)
        ],
    }
    mentions: dict[str, str] = {}
    for place, names in places.items():
        for name in names:
            mentions.setdefault(name, place)
    return mentions


def _check_static(subject: Subject, groups: Mapping[str, tuple[str, ...]]) -> None:
    for group in dict.fromkeys(groups.values()):
        held = [name for name in group if name in subject.explicit]
        if len(held) > 1:
            raise _twice(subject.name, held)


def _twice(where: str, names: list[str]) -> SettingError:
    return SettingError(
        f"{where}: {' and '.join(names)} are one hyperparameter, and must be given once",
        "Drop one of them.",
        name=names[0],
    )


def _chosen(
    groups: Mapping[str, tuple[str, ...]], subject: Subject, overrides: Overrides
) -> dict[str, str]:
    """Return the plan's name of each name that the user wrote, where these differ."""
    mentions = _mentions(overrides)
    _check_mentions(groups, overrides)
    names: dict[str, str] = {}
    for group in dict.fromkeys(groups.values()):
        written = [name for name in mentions if name in group]
        if not written:
            continue
        # A function's or script's argument keeps its own name: no other one is taken.
        chosen = group[0] if subject.kind in ("function", "script") else written[0]
        names |= {name: chosen for name in group if name in written or name in subject.static}
        names[chosen] = chosen
    return names


def _check_mentions(groups: Mapping[str, tuple[str, ...]], overrides: Overrides) -> None:
    """Refuse two names of one hyperparameter in one place."""
    collections: list[tuple[str, Iterable[str]]] = [
        ("ranges", overrides.ranges),
        *((name, overrides.value(name) or ()) for name in LISTS),
        *(("initial_trials", point) for point in overrides.value("initial_trials", ())),
    ]
    for place, names in collections:
        first: dict[tuple[str, ...], str] = {}
        for name in names:
            other = first.setdefault(groups[name], name) if name in groups else name
            if other != name:
                raise _twice(place, [other, name])


def _respelled(part: Part, names: Mapping[str, str]) -> Part:
    """Return the part with its hyperparameters under the plan's names."""

    def own(name: str) -> str:
        full = part.prefix + name
        return names.get(full, full).removeprefix(part.prefix)

    explicit = frozenset(map(own, part.explicit))
    params: dict[str, Any] = {}
    for name, value in part.params.items():  # of several names the one that is set counts
        if own(name) not in params or name in part.explicit:
            params[own(name)] = value
    chosen = {name for name in names.values() if name.startswith(part.prefix)}
    return replace(
        part,
        params=params,
        explicit=explicit,
        spelled=frozenset(name.removeprefix(part.prefix) for name in chosen),
    )


def _real(part: Part, group: tuple[str, ...]) -> str:
    """Return the name to set on the estimator: the one it was given, if its class names that."""
    named = signature_defaults(part.cls) if part.cls else {}
    own = [name.removeprefix(part.prefix) for name in group]
    held = next((name for name in own if name in part.explicit and name in named), own[0])
    return part.prefix + held


def _real_of_static(subject: Subject, groups: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the real names of hyperparameters that the estimator was given under an alias."""
    if subject.kind != "estimator":
        return {}
    real = {
        name: _real(subject.owner(name), group)
        for group in dict.fromkeys(groups.values())
        for name in group
        if name in subject.explicit
    }
    return {name: own for name, own in real.items() if own != name}


def _renamed(overrides: Overrides, names: Mapping[str, str]) -> Overrides:
    settings = dict(overrides.settings)
    for setting in LISTS:
        if setting in settings and settings[setting].value is not None:
            value = tuple(names.get(name, name) for name in settings[setting].value)
            settings[setting] = replace(settings[setting], value=value)
    if "initial_trials" in settings:
        points = tuple(_keys(point, names) for point in settings["initial_trials"].value)
        settings["initial_trials"] = replace(settings["initial_trials"], value=points)
    fidelity = settings.get("fidelity")
    if fidelity is not None and isinstance(fidelity.value, Mapping):
        name = fidelity.value["name"]
        budget = {**fidelity.value, "name": names.get(name, name)}
        settings["fidelity"] = replace(fidelity, value=budget)
    if "forbidden" in settings:
        rows = tuple(
            ForbiddenRule(row).renamed(names).text if isinstance(row, str) else _keys(row, names)
            for row in settings["forbidden"].value
        )
        settings["forbidden"] = replace(settings["forbidden"], value=rows)
    ranges = {
        names.get(name, name): _with_parents(value, names)
        for name, value in overrides.ranges.items()
    }
    return replace(overrides, settings=settings, ranges=ranges)


def _keys(point: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in point.items()}


def _with_parents(value: UserValue, names: Mapping[str, str]) -> UserValue:
    """Return a range whose condition names its parents as the plan does."""
    given = value.value
    if isinstance(given, Mapping) and isinstance(given.get("when"), Mapping):
        return replace(value, value={**given, "when": _keys(given["when"], names)})
    when = getattr(given, "when", None)
    if not isinstance(when, Mapping) or not when:
        return value
    return replace(value, value=replace(given, when=_keys(when, names)))
