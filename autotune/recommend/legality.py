"""Whether values are legal for the estimator, by its declarations or its entry's bounds."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.facts import Subject
from autotune.knowledge import Hyperparameter
from autotune.knowledge.versions import applies
from autotune.plan.choices import Range
from autotune.plan.overrides import Overrides
from autotune.plan.provenance import ESTIMATOR, Source
from autotune.recommend.candidates import Proposal
from autotune.recommend.entry_values import spelling
from autotune.recommend.merge import Merged
from autotune.recommend.sklearn_constraints import declared, refusal
from autotune.serialization.values import class_names
from autotune.space.domains import Domain, Float, Int, label_of, listed, same
from autotune.space.other_forms import number_in

LIKE_A_RANGE = re.compile(r"\s*(-?[\d.]+(?:e-?\d+)?)\s*(?:-|–|:|to)\s*(-?[\d.]+(?:e-?\d+)?)\s*")


def check_static(subject: Subject, proposals: list[Proposal]) -> None:
    """Refuse a static value that the estimator would refuse.

    Raises:
        SettingError: naming the hyperparameter, its value, and what is legal.
    """
    for proposal in proposals:
        _check_stoppers(proposal)
        for name in sorted(proposal.part.explicit):
            _check(subject, (proposal, name), proposal.part.params[name], ESTIMATOR)


def _check_stoppers(proposal: Proposal) -> None:
    """Refuse an object that stops a fit early, for which a trial would hold out no rows."""
    part, entry = proposal.part, proposal.entry
    for name, classes in entry.stoppers.items() if entry else ():
        held = part.params.get(name)
        for item in held if isinstance(held, Iterable) else ():
            kinds = set(class_names(type(item))) & set(classes)
            if kinds and entry:
                raise SettingError(
                    f"{part.prefix}{name} must be without {kinds.pop()}, which needs rows to watch",
                    f"Set {part.prefix}{entry.early_stopping}=… instead: each trial then holds"
                    " rows out.",
                    name=part.prefix + name,
                )


def check_ranges(
    merged: Merged, subject: Subject, proposals: list[Proposal], overrides: Overrides
) -> None:
    """Refuse a user's range if the estimator would refuse one of its ends or choices.

    Errors as for `check_static`.
    """
    for name in overrides.ranges:
        if name in merged.ranges:
            for value in _ends(merged.ranges[name].value):
                _check(
                    subject,
                    _owner(name, proposals),
                    value,
                    overrides.ranges[name].source,
                    "ranges.",
                )


def check_points(
    points: Iterable[Mapping[str, object]],
    subject: Subject,
    proposals: list[Proposal],
    source: Source,
) -> None:
    """Refuse an initial trial with a value the estimator would refuse; errors as `check_static`."""
    for point in points:
        for name, value in point.items():
            _check(subject, _owner(name, proposals), value, source, "initial_trials: ")


def _owner(name: str, proposals: list[Proposal]) -> tuple[Proposal, str]:
    """Return the proposal of the part that a full name belongs to, and the name within it."""
    fitting = [proposal for proposal in proposals if name.startswith(proposal.part.prefix)]
    owner = max(fitting, key=lambda proposal: len(proposal.part.prefix))
    return owner, name.removeprefix(owner.part.prefix)


def _ends(domain: Domain) -> tuple[Any, ...]:
    return (
        *((domain.low, domain.high) if isinstance(domain, Float | Int) else ()),
        *listed(domain),
    )


def _check(
    subject: Subject, owner: tuple[Proposal, str], value: object, source: Source, where: str = ""
) -> None:
    proposal, name = owner
    legal = _refused(proposal, name, value)
    if legal:
        full = proposal.part.prefix + name
        whose = next(iter(proposal.part.names), subject.name)
        raise SettingError(
            f"{where}{full} must be {legal} for {whose}",
            _range_hint(value)
            or did_you_mean(label_of(value), map(label_of, _words(proposal, name)), 0),
            name=full,
            value=value,
            got=label_of(value) if number_in(value) is None else repr(value),
            where=source.location,
        )


def _range_hint(value: object) -> str:
    """Return how a text that is meant as a range is written."""
    ends = LIKE_A_RANGE.fullmatch(value) if isinstance(value, str) else None
    return f"For a range, write {ends[1]}..{ends[2]}." if ends else ""


def _refused(proposal: Proposal, name: str, value: object) -> str:
    """Return what is legal, if the value is not: by what the class declares, else by the entry."""
    options = proposal.part.options.get(name, (value,))
    if value not in options:
        return f"one of {', '.join(options)}"
    cls = proposal.part.cls
    if cls is not None and name in (getattr(cls, "_parameter_constraints", None) or {}):
        return refusal(cls, name, value)
    words = _words(proposal, name)
    if words:
        return "" if any(same(value, word) for word in words) else f"one of {_listed(words)}"
    return _refused_by_entry(proposal, name, value)


def _words(proposal: Proposal, name: str) -> tuple[object, ...]:
    """Return the values that the part's entry lists as all that the library accepts, if it does."""
    entry = proposal.entry
    legal = entry.legal_values(name) if entry else None
    if entry is None or legal is None or not applies(entry.library, legal.versions):
        return ()
    return (*legal.values, *entry.unset)


def _listed(words: tuple[object, ...]) -> str:
    return ", ".join(label_of(word) for word in words if word is not None)


def limits_of(
    ranges: Mapping[str, Range], proposals: list[Proposal]
) -> dict[str, tuple[float | None, float | None]]:
    """Return the lowest and highest number that each tuned hyperparameter accepts, where known."""
    limits: dict[str, tuple[float | None, float | None]] = {}
    for full, chosen in ranges.items():
        domain = chosen.value
        if isinstance(domain, Float | Int):
            ends = _limits(*_owner(full, proposals), domain)
            limits |= {full: ends} if ends != (None, None) else {}
    return limits


def _limits(
    proposal: Proposal, name: str, domain: Float | Int
) -> tuple[float | None, float | None]:
    cls = proposal.part.cls
    if cls is not None and name in (getattr(cls, "_parameter_constraints", None) or {}):
        limits = declared(cls, {name: domain.low}).get(name)
        return limits.ends(domain) if limits is not None and limits.numeric else (None, None)
    hyperparameter = _described(proposal, name)
    if hyperparameter is None or hyperparameter.bounds is None:
        return None, None
    return hyperparameter.bounds[0], hyperparameter.bounds[1]


def _described(proposal: Proposal, name: str) -> Hyperparameter | None:
    """Return what the part's entry says of a hyperparameter, by the part's spelling."""
    described = proposal.entry.hyperparameters.items() if proposal.entry else ()
    return next(
        (
            hyperparameter
            for canonical, hyperparameter in described
            if spelling(proposal.part, canonical, hyperparameter) == name
        ),
        None,
    )


def _refused_by_entry(proposal: Proposal, name: str, value: object) -> str:
    entry, part = proposal.entry, proposal.part
    hyperparameter = _described(proposal, name)
    if entry is None or hyperparameter is None:
        return ""
    accepted = (*hyperparameter.also, *entry.unset, hyperparameter.default)
    if any(same(value, other) for other in accepted):
        return ""
    low, high = hyperparameter.bounds or (None, None)
    if hyperparameter.bounds is None and not isinstance(value, float):
        return ""
    if not isinstance(value, int | float) or isinstance(value, bool):
        declares = part.cls is not None and hasattr(part.cls, "_parameter_constraints")
        return "" if declares else _bounds_text(low, high, value)
    if hyperparameter.type == "int" and isinstance(value, float) and part.cls is not None:
        return _bounds_text(low, high, value).replace("a number", "a whole number", 1)
    inside = not math.isnan(value) and (low is None or value >= low)
    inside = inside and (high is None or value <= high)
    return "" if inside else _bounds_text(low, high, value)


def _bounds_text(low: float | None, high: float | None, value: object) -> str:
    """Return what the bounds ask of a number, list or text; nothing is known of other values."""
    if not isinstance(value, str | list | tuple | dict | int | float):
        return ""
    ends = [f">= {low:g}" if low is not None else "", f"<= {high:g}" if high is not None else ""]
    return "a number " + " and ".join(end for end in ends if end) if any(ends) else "a number"
