"""Ranges without an entry: from what a name means everywhere and what the estimator declares."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autotune import knowledge
from autotune.facts import Part
from autotune.knowledge import CatalogEntry
from autotune.knowledge.names import last_part, meaning_of, never_tuned, normal
from autotune.plan.choices import Range
from autotune.plan.provenance import DECLARED, names_table
from autotune.recommend.candidates import (
    Bounds,
    Candidate,
    Proposal,
    from_entry,
    with_rules,
)
from autotune.recommend.fixed import NO_RANGE
from autotune.recommend.relevance import fits_task
from autotune.recommend.room import rounded, with_room
from autotune.recommend.sklearn_constraints import Limits, declared
from autotune.space.adjust import include
from autotune.space.domains import Domain, Float, Int, label_of
from autotune.space.scale import is_number
from autotune.text import cited


@dataclass(frozen=True)
class Exclusion:
    """Why a hyperparameter is not proposed."""

    reason: str
    """The reason, as a plan says it."""
    undetermined: bool = False
    """Whether it could be tuned if someone knew a range."""


def from_names(part: Part, facts: Mapping[str, object]) -> Proposal:
    """Propose ranges for each hyperparameter of a part that no entry describes."""
    limits = declared(part.cls, part.params) if part.cls else {}
    candidates: dict[str, Candidate] = {}
    exclusions: dict[str, Exclusion] = {}
    for name in part.params:
        match _propose(name, part, limits.get(name), facts):
            case Candidate() as candidate:
                candidates[name] = _conditional(candidate, name, part)
            case Exclusion() as exclusion:
                exclusions[name] = exclusion
    order = {"essential": 0, "useful": 1, "all": 2}
    ranked = sorted(candidates, key=lambda name: order[candidates[name].level])
    return Proposal(
        part,
        None,
        {name: candidates[name] for name in ranked},
        {name: exclusion.reason for name, exclusion in exclusions.items()},
        frozenset(name for name, exclusion in exclusions.items() if exclusion.undetermined),
    )


def _conditional(candidate: Candidate, name: str, part: Part) -> Candidate:
    """Return the candidate with its meaning's condition, as far as the part has the parents."""
    meaning = meaning_of(name, part.params)
    when = knowledge.table("names").content.names[meaning].when if meaning else {}
    spelled = {normal(other): other for other in part.params}
    condition = {
        spelled[parent]: tuple(values) for parent, values in when.items() if parent in spelled
    }
    return replace(candidate, range=replace(candidate.range, when=condition))


def of_set_values(proposal: Proposal, facts: Mapping[str, object]) -> Proposal:
    """Return an entry's proposal with the names that the user set and the entry does not describe.

    Each is proposed by what its name means and what the estimator declares, or said why not.
    """
    part, entry = proposal.part, proposal.entry
    assert entry is not None
    names = [name for name in part.params if name in part.explicit and not entry.describes(name)]
    refused = {name: why for name in names if (why := _kept(name, entry))}
    params = {name: part.params[name] for name in names if name not in refused}
    added = from_names(replace(part, params=params), facts)
    return replace(
        proposal,
        candidates={**proposal.candidates, **added.candidates},
        left_out={**proposal.left_out, **refused, **added.left_out},
    )


def _kept(name: str, entry: knowledge.Entry) -> str:
    """Return why a hyperparameter that the entry does not describe keeps the user's value."""
    if name in entry.kept:
        return entry.kept[name]
    if name in entry.others and not never_tuned(name):
        return NO_RANGE
    return ""


def from_script_entry(
    part: Part, entry_file: CatalogEntry, facts: Mapping[str, object]
) -> Proposal:
    """Propose for a script or function by an entry, and for its other names by their meaning."""
    hyperparameters = entry_file.content.hyperparameters
    spelled: dict[str, str] = {}
    for name, value in part.params.items():
        key = normal(last_part(name))
        if key in hyperparameters and _suits(hyperparameters[key], value, facts):
            spelled.setdefault(key, name)
    baselines = {key: part.params[name] for key, name in spelled.items()}
    parents = {key: value for key, value in part.params.items() if key not in hyperparameters}
    of_entry = from_entry(
        replace(
            part,
            params={**parents, **baselines},
            explicit=frozenset(baselines),
            open=False,
        ),
        entry_file,
        facts,
    )
    remaining = from_names(
        replace(
            part,
            params={
                name: value for name, value in part.params.items() if name not in spelled.values()
            },
        ),
        facts,
    )
    candidates = {spelled[key]: candidate for key, candidate in of_entry.candidates.items()} | dict(
        remaining.candidates
    )
    left_out = {
        spelled[key]: why for key, why in of_entry.left_out.items() if key in spelled
    } | dict(remaining.left_out)
    # Its starting configurations are for those who spell the names as it does.
    return Proposal(
        part,
        entry_file if all(key == name for key, name in spelled.items()) else None,
        candidates,
        left_out,
        remaining.undetermined,
    )


def _propose(
    name: str, part: Part, limits: Limits | None, facts: Mapping[str, object]
) -> Candidate | Exclusion:
    value = part.params[name]
    if isinstance(value, dict):
        return Exclusion(
            "it is a mapping, whose values are no hyperparameters: give each an argument of its own"
        )
    if group := never_tuned(name):
        return Exclusion(group.why)
    names_file = knowledge.table("names")
    meaning = meaning_of(name, part.params)
    if meaning and _suits(names_file.content.names[meaning], value, facts):
        return _from_meaning(name, meaning, value, limits, facts)
    if limits is not None:
        return _from_limits(name, value, limits) or Exclusion(
            "its values are not numbers around which a range can be inferred", undetermined=True
        )
    if meaning and names_file.content.names[meaning].type != "choice" and not is_number(value):
        return Exclusion(f"its static value must be a number to be tuned, got {value!r}")
    return Exclusion("nothing is known of this name", undetermined=True)


def _suits(
    hyperparameter: knowledge.Hyperparameter, value: object, facts: Mapping[str, object]
) -> bool:
    """Return whether the static value is of the kind that the meaning is for: number or text."""
    if hyperparameter.task and not fits_task(hyperparameter.task, str(facts.get("task"))):
        return False
    if hyperparameter.type == "choice":
        return isinstance(value, str) or value in (hyperparameter.choices or [])
    return is_number(value)


def _from_meaning(
    name: str, meaning: str, value: object, limits: Limits | None, facts: Mapping[str, object]
) -> Candidate | Exclusion:
    names_file = knowledge.table("names")
    hyperparameter = names_file.content.names[meaning]
    domain, ruled = with_rules(hyperparameter, facts)
    if isinstance(domain, Float) and isinstance(value, int) and limits and limits.integer:
        return _from_limits(name, value, limits) or Exclusion("it takes integers only")
    if limits is not None and isinstance(domain, Int | Float):
        narrowed = limits.clip(domain)
        if narrowed is None:
            return _from_limits(name, value, limits) or Exclusion(
                "the range its name suggests is not accepted here"
            )
        domain = narrowed
    if (
        limits is not None
        and hyperparameter.type == "choice"
        and not set(hyperparameter.choices or []) <= set(limits.options)
    ):
        return Exclusion("the values its name suggests are not accepted here")
    widened = _held(domain, value, hyperparameter, limits)
    inferred = Range(
        widened,
        names_table(names_file.place("names", meaning)),
        hyperparameter.why,
        cited(hyperparameter.evidence, names_file.content.sources[hyperparameter.source]),
    ).changed(ruled, "" if widened == domain else f"Widened to include your {label_of(value)}.")
    return Candidate(
        inferred, value, True, hyperparameter.importance, bounds_of(hyperparameter, limits)
    )


def by_meaning(name: str, part: Part) -> Candidate | None:
    """Return what a name means, where only a range gives the argument; None if it is unknown."""
    meaning = meaning_of(name, part.params)
    if meaning is None or name in part.params:
        return None
    names_file = knowledge.table("names")
    hyperparameter = names_file.content.names[meaning]
    domain = hyperparameter.domain()
    if not isinstance(domain, Int | Float):
        return None
    inferred = Range(
        domain,
        names_table(names_file.place("names", meaning)),
        hyperparameter.why,
        cited(hyperparameter.evidence, names_file.content.sources[hyperparameter.source]),
    )
    return Candidate(
        inferred, None, False, hyperparameter.importance, bounds_of(hyperparameter, None)
    )


def bounds_of(hyperparameter: knowledge.Hyperparameter, limits: Limits | None) -> Bounds | None:
    """Return the ends that the estimator declares, else those of what the name means."""
    if limits is not None:
        return limits.low, limits.high
    return (hyperparameter.bounds[0], hyperparameter.bounds[1]) if hyperparameter.bounds else None


def _held(
    domain: Domain, value: object, hyperparameter: knowledge.Hyperparameter, limits: Limits | None
) -> Domain:
    """Return the domain with the static value in it, and room beside one at an end or past it."""
    low, high = hyperparameter.bounds or (None, None)
    widened = with_room(domain, value, (low, high))
    if limits is not None and isinstance(widened, Int | Float):
        clipped = limits.clip(widened)
        return clipped if clipped and clipped.contains(value) else include(domain, value)
    return widened


def _from_limits(name: str, value: Any, limits: Limits) -> Candidate | None:
    """Infer a range around a numeric default, inside what the estimator declares."""
    if not is_number(value):
        return None
    integer = limits.integer and isinstance(value, int)
    domain = around(value, integer=integer)
    clipped = limits.clip(domain) if domain else None
    if clipped is None or not clipped.contains(value) or clipped.low == clipped.high:
        return None
    reason = f"Nothing is known about it, so the range surrounds its value {label_of(value)}."
    return Candidate(
        Range(clipped, DECLARED, reason, f"The estimator accepts {limits.text}."),
        value,
        True,
        "all",
        (limits.low, limits.high),
    )


def around(value: float, integer: bool, factor: float | None = None) -> Int | Float | None:
    """Return a range around a value, or None for a value that is not positive.

    An integer gets half to double, as SageMaker showed for a hint; a share between 0.1 and 1 a
    linear range, half as much to each side; any other number a decade each way.
    """
    if value <= 0:
        return None
    if integer:
        return Int(max(1, math.floor(value / 2)), max(2, math.ceil(value * 2)))
    if 0.1 <= value < 1:
        high = min(rounded(value * 1.5, down=False), (1 + value) / 2)
        return Float(rounded(value / 2, down=True), high)
    factor = factor or 10.0
    low = rounded(value / factor, down=True)
    return Float(low, rounded(value * factor, down=False), log=True)
