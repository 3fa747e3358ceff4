"""What is proposed for one part of the estimator: its ranges, and what is left out and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autotune import expressions
from autotune.facts import Part
from autotune.knowledge import LEVELS, CatalogEntry, Entry, Hyperparameter
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
    """The candidates of one part, before the user's ranges and the effort level are applied."""

    part: Part
    """The estimator, or the part of it, that the names belong to."""
    entry_file: CatalogEntry | None
    """The knowledge entry for the part, if any."""
    candidates: Mapping[str, "Candidate"]
    """What may be tuned, by the part's own names."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Why each other hyperparameter is not proposed."""
    undetermined: frozenset[str] = frozenset()
    """The names left out only because no range for them is known."""

    @property
    def entry(self) -> Entry | None:
        """The part's knowledge entry, if any."""
        return self.entry_file.content if self.entry_file else None


@dataclass(frozen=True)
class Candidate:
    """One hyperparameter that may be tuned."""

    range: Range
    """The inferred range, with its provenance."""
    baseline: Any
    """The user's own value; meaningless if there is none."""
    has_baseline: bool
    """Whether the user's own value is known."""
    level: Level
    """The lowest effort level that tunes it."""

    def within(self, part: Part) -> "Candidate":
        """Return the candidate with the part's condition and prefix added to its condition."""
        when = {
            **part.when,
            **{part.prefix + parent: values for parent, values in self.range.when.items()},
        }
        return replace(self, range=replace(self.range, when=when)) if when else self


def from_entry(part: Part, entry_file: CatalogEntry, facts: Mapping[str, object]) -> Proposal:
    """Propose what the part's knowledge entry says, for these facts and static values."""
    candidates: dict[str, Candidate] = {}
    left_out: dict[str, str] = {}
    for canonical, hyperparameter in entry_file.content.hyperparameters.items():
        name = spelling(part, canonical, hyperparameter)
        reason = _excluded(part, entry_file.content, canonical, hyperparameter, facts)
        if reason:
            left_out[name] = reason
        else:
            candidates[name] = _candidate(part, entry_file, canonical, facts)
    return Proposal(part, entry_file, candidates, left_out)


def _excluded(
    part: Part,
    entry: Entry,
    canonical: str,
    hyperparameter: Hyperparameter,
    facts: Mapping[str, object],
) -> str:
    """Return why the hyperparameter is not for this part, or nothing."""
    if (
        hyperparameter.task
        and facts.get("task") is not None
        and not fits_task(hyperparameter.task, str(facts["task"]))
    ):
        return f"it is for {' and '.join(hyperparameter.task)}, not {facts['task']}"
    if not applies(entry.library, hyperparameter.versions):
        return f"it needs {entry.library}{hyperparameter.versions}"
    if (
        not part.open
        and canonical not in part.params
        and spelling(part, canonical, hyperparameter) not in part.params
    ):
        return "this estimator has none"
    for parent, values in hyperparameter.when.items():
        # A parent that is itself a hyperparameter of the entry may be searched; its own value
        # decides later.
        if parent not in entry.hyperparameters and static_value(part, entry, parent) not in values:
            value, used = static_value(part, entry, parent), " or ".join(map(str, values))
            return f"{parent} is {value!r}, and it is used only with {used}"
    return ""


def fits_task(tasks: list[str], task: str) -> bool:
    """Return whether the task is among the tasks; 'classification' and its kinds fit each other."""
    kinds = {"classification": {"binary", "multiclass", "multilabel"}}
    return (
        task in tasks
        or bool(kinds.get(task, set()) & set(tasks))
        or ("classification" in tasks and task in kinds["classification"])
    )


def _candidate(
    part: Part, entry_file: CatalogEntry, canonical: str, facts: Mapping[str, object]
) -> Candidate:
    entry: Entry = entry_file.content
    hyperparameter = entry.hyperparameters[canonical]
    domain, ruled = with_rules(hyperparameter, facts)
    baseline, has_baseline = own_value(part, entry, canonical)
    widened = (
        _holding(domain, baseline, part, spelling(part, canonical, hyperparameter))
        if has_baseline
        else domain
    )
    place = entry_file.place("hyperparameters", canonical)
    source = provenance.data_rule(place) if ruled else provenance.entry(place)
    reason = (
        hyperparameter.why
        + ruled
        + ("" if widened == domain else f" Widened to hold your own {baseline!r}.")
    )
    when = {
        spelling(part, parent, entry.hyperparameters[parent])
        if parent in entry.hyperparameters
        else parent: tuple(values)
        for parent, values in hyperparameter.when.items()
    }
    when = {
        parent: values
        for parent, values in when.items()
        if parent in entry.hyperparameters or parent in part.explicit
    }
    evidence = entry.sources[hyperparameter.source] + _measured(entry, canonical)
    return Candidate(
        Range(widened, source, reason, evidence, when),
        baseline,
        has_baseline,
        hyperparameter.importance,
    )


def _measured(entry: Entry, name: str) -> str:
    """Say what was measured of a hyperparameter over tasks, or nothing."""
    if entry.measured is None or name not in entry.measured.importance:
        return ""
    low, high = entry.measured.bests.get(name, (None, None))
    share = f"{entry.measured.importance[name]:.0%} of the score's variance goes with it"
    words = f"; over {len(entry.measured.names)} tasks {share}"
    return words + (
        "" if low is None else f", and the tasks' best values lie in {low:g}..{high:g} (5-95 %)"
    )


def _holding(domain: Domain, baseline: object, part: Part, name: str) -> Domain:
    """Return the domain with the user's own value in it.

    A count where the range is one of shares becomes a value of another kind.
    """
    limits = declared(part.cls, part.params).get(name) if part.cls is not None else None
    if (
        isinstance(domain, Float)
        and isinstance(baseline, int)
        and limits is not None
        and limits.integer
    ):
        return replace(domain, also=(*domain.also, baseline))
    return include(domain, baseline)


def with_rules(hyperparameter: Hyperparameter, facts: Mapping[str, object]) -> tuple[Domain, str]:
    """Return the range for these facts, and in words what the data's rules changed."""
    ends = {
        end: value
        for end, rule in hyperparameter.data.items()
        if (value := _ruled(hyperparameter, rule, facts)) is not None
    }
    plain = hyperparameter.domain()
    if not ends or not isinstance(plain, Float | Int):
        return plain, ""
    low, high = ends.get("low", plain.low), ends.get("high", plain.high)
    if "low" not in ends:
        low = min(low, high)
    domain = between(plain, low, max(low, high))
    words = ", ".join(
        f"{end} = {hyperparameter.data[end]} = {value:g}" for end, value in ends.items()
    )
    return domain, "" if domain == plain else f" With your data {words}."


def _ruled(hyperparameter: Hyperparameter, rule: str, facts: Mapping[str, object]) -> float | None:
    try:
        value: Any = expressions.evaluate(rule, facts)
    except expressions.Unknown:
        return None
    return round(value) if hyperparameter.type == "int" else float(value)


def at_level(candidate: Candidate, effort: Level) -> bool:
    """Return whether the effort level tunes the candidate."""
    return LEVELS.index(candidate.level) <= LEVELS.index(effort)
