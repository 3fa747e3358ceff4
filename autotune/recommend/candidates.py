"""What is proposed for one part of the estimator: its ranges, what it leaves out and why, and the entry behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autotune.facts import Part
from autotune.knowledge import LEVELS, CatalogEntry, Entry, Hyperparameter, expressions
from autotune.knowledge.entry import Level
from autotune.knowledge.versions import applies
from autotune.plan import provenance
from autotune.plan.choices import Range
from autotune.recommend.entry_values import own_value, spelling, static_value
from autotune.recommend.sklearn_constraints import declared
from autotune.space.adjust import between, include
from autotune.space.domains import Domain, Float, Int


@dataclass(frozen=True)
class Proposal:
    """The candidates of one part, by its own names, before the user's ranges and the effort level are applied."""

    part: Part
    known: CatalogEntry | None
    candidates: Mapping[str, "Candidate"]
    left_out: Mapping[str, str] = field(default_factory=dict)
    undetermined: frozenset[str] = frozenset()

    @property
    def entry(self) -> Entry | None:
        """The part's knowledge entry, if any."""
        return self.known.content if self.known else None


@dataclass(frozen=True)
class Candidate:
    """One hyperparameter that may be tuned: its range, the user's own value, and from which effort level on."""

    range: Range
    own: Any
    has_own: bool
    level: Level

    def within(self, part: Part) -> "Candidate":
        """Return the candidate with the part's condition, and the names of its own under the part's prefix."""
        when = {
            **part.when,
            **{part.prefix + parent: values for parent, values in self.range.when.items()},
        }
        return replace(self, range=replace(self.range, when=when)) if when else self


def from_entry(part: Part, known: CatalogEntry, facts: Mapping[str, Any]) -> Proposal:
    """Propose what the part's knowledge entry says, for these facts and static values."""
    candidates: dict[str, Candidate] = {}
    left_out: dict[str, str] = {}
    for canonical, told in known.content.hyperparameters.items():
        name = spelling(part, canonical, told)
        reason = _excluded(part, known.content, canonical, told, facts)
        if reason:
            left_out[name] = reason
        else:
            candidates[name] = _candidate(part, known, canonical, facts)
    return Proposal(part, known, candidates, left_out)


def _excluded(
    part: Part, entry: Entry, canonical: str, told: Hyperparameter, facts: Mapping[str, Any]
) -> str:
    """Return why the hyperparameter is not for this part, or nothing."""
    if told.task and facts.get("task") is not None and not fits_task(told.task, str(facts["task"])):
        return f"it is for {' and '.join(told.task)}, not {facts['task']}"
    if not applies(entry.library, told.versions):
        return f"it needs {entry.library}{told.versions}"
    if (
        not part.open
        and canonical not in part.params
        and spelling(part, canonical, told) not in part.params
    ):
        return "this estimator has none"
    for parent, values in told.when.items():
        # A parent that is itself a hyperparameter of the entry may be searched; its own value
        # decides later.
        if parent not in entry.hyperparameters and static_value(part, entry, parent) not in values:
            return f"{parent} is {static_value(part, entry, parent)!r}, and it is used only with {' or '.join(map(str, values))}"
    return ""


def fits_task(tasks: list[str], task: str) -> bool:
    """Return whether the task is one of these; 'classification' and the kinds of it fit each other."""
    kinds = {"classification": {"binary", "multiclass", "multilabel"}}
    return (
        task in tasks
        or bool(kinds.get(task, set()) & set(tasks))
        or ("classification" in tasks and task in kinds["classification"])
    )


def _candidate(
    part: Part, known: CatalogEntry, canonical: str, facts: Mapping[str, Any]
) -> Candidate:
    entry: Entry = known.content
    told = entry.hyperparameters[canonical]
    domain, ruled = with_rules(told, facts)
    own, has_own = own_value(part, entry, canonical)
    wide = _holding(domain, own, part, spelling(part, canonical, told)) if has_own else domain
    place = known.place("hyperparameters", canonical)
    source = provenance.data_rule(place) if ruled else provenance.entry(place)
    reason = told.why + ruled + ("" if wide == domain else f" Widened to hold your own {own!r}.")
    when = {
        spelling(part, p, entry.hyperparameters[p]) if p in entry.hyperparameters else p: tuple(v)
        for p, v in told.when.items()
    }
    when = {p: v for p, v in when.items() if p in entry.hyperparameters or p in part.given}
    evidence = entry.sources[told.source] + _measured(entry, canonical)
    return Candidate(Range(wide, source, reason, evidence, when), own, has_own, told.importance)


def _measured(entry: Entry, name: str) -> str:
    """Say what was measured of a hyperparameter over tasks, or nothing."""
    if entry.measured is None or name not in entry.measured.importance:
        return ""
    low, high = entry.measured.bests.get(name, (None, None))
    words = f"; over {len(entry.measured.names)} tasks {entry.measured.importance[name]:.0%} of the score's variance goes with it"
    return words + (
        "" if low is None else f", and the tasks' best values lie in {low:g}..{high:g} (5-95 %)"
    )


def _holding(domain: Domain, own: Any, part: Part, name: str) -> Domain:
    """Return the domain with the user's own value in it; a count beside a range of shares is a value of another kind."""
    limits = declared(part.cls, part.params).get(name) if part.cls is not None else None
    if isinstance(domain, Float) and isinstance(own, int) and limits is not None and limits.integer:
        return replace(domain, also=(*domain.also, own))
    return include(domain, own)


def with_rules(told: Hyperparameter, facts: Mapping[str, Any]) -> tuple[Domain, str]:
    """Return the range for these facts, and in words what the data's rules changed."""
    ends = {
        end: value
        for end, rule in told.data.items()
        if (value := _ruled(told, rule, facts)) is not None
    }
    plain = told.domain()
    if not ends or not isinstance(plain, Float | Int):
        return plain, ""
    low, high = ends.get("low", plain.low), ends.get("high", plain.high)
    if "low" not in ends:
        low = min(low, high)
    domain = between(plain, low, max(low, high))
    words = ", ".join(f"{e} = {told.data[e]} = {value:g}" for e, value in ends.items())
    return domain, "" if domain == plain else f" With your data {words}."


def _ruled(told: Hyperparameter, rule: str, facts: Mapping[str, Any]) -> float | None:
    try:
        value: Any = expressions.evaluate(rule, facts)
    except expressions.Unknown:
        return None
    return round(value) if told.type == "int" else float(value)


def at_level(candidate: Candidate, effort: Level) -> bool:
    """Return whether the effort level tunes the candidate."""
    return LEVELS.index(candidate.level) <= LEVELS.index(effort)
