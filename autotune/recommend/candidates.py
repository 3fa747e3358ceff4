"""What is proposed for one part of the estimator: its ranges, and what is left out and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from autotune import expressions
from autotune.facts import Part
from autotune.knowledge import LEVELS, CatalogEntry, Entry, Hyperparameter
from autotune.knowledge.hyperparameter import Level
from autotune.plan import provenance
from autotune.plan.choices import Range
from autotune.recommend.entry_values import own_value, spelling, spelling_in
from autotune.recommend.relevance import excluded
from autotune.recommend.room import Ends, with_room
from autotune.recommend.sklearn_constraints import Limits, declared
from autotune.space.adjust import between, include, nearest
from autotune.space.domains import Domain, Float, Int, label_of
from autotune.space.scale import is_number
from autotune.text import cited, facts_text

Bounds: TypeAlias = tuple[float | None, float | None]


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
    bounds: "Bounds | None" = None
    """The lowest and highest value that the library accepts, where that is known."""

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
        reason = excluded(part, entry_file.content, canonical, facts)
        if reason:
            left_out[name] = reason
        else:
            candidates[name] = _candidate(part, entry_file, canonical, facts)
    return Proposal(part, entry_file, candidates, left_out)


def _candidate(
    part: Part, entry_file: CatalogEntry, canonical: str, facts: Mapping[str, object]
) -> Candidate:
    entry: Entry = entry_file.content
    hyperparameter = entry.hyperparameters[canonical]
    name = spelling(part, canonical, hyperparameter)
    domain, ruled = with_rules(hyperparameter, facts)
    baseline, has_baseline = own_value(part, entry, canonical)
    words = ""
    if has_baseline and name in part.explicit:
        domain, words = _around_own(domain, baseline, (part, name), (hyperparameter, facts))
    elif has_baseline:
        domain, baseline, words = _with_default(domain, baseline, hyperparameter, facts)
    place = entry_file.place("hyperparameters", canonical)
    return Candidate(
        Range(
            domain,
            provenance.data_rule(place) if ruled else provenance.entry(place),
            hyperparameter.why,
            cited(hyperparameter.evidence, entry.sources[hyperparameter.source])
            + _measured(entry, canonical),
            _condition(part, entry, hyperparameter),
        ).changed(ruled, words),
        baseline,
        has_baseline,
        hyperparameter.importance,
        (hyperparameter.bounds[0], hyperparameter.bounds[1]) if hyperparameter.bounds else None,
    )


def _condition(
    part: Part, entry: Entry, hyperparameter: Hyperparameter
) -> dict[str, tuple[Any, ...]]:
    """Return the condition under the names that the user gave its parents."""
    return {
        spelling_in(part, entry, parent): tuple(values)
        for parent, values in hyperparameter.when.items()
        # Not every class, function or script of the family has the parent.
        if part.open or parent in part.params or parent in entry.hyperparameters
    }


def _around_own(
    domain: Domain,
    value: object,
    owner: tuple[Part, str],
    described: tuple[Hyperparameter, Mapping[str, object]],
) -> tuple[Domain, str]:
    """Return the domain with the user's own value in it, with room beside it, and why in words."""
    part, name = owner
    hyperparameter, facts = described
    limits = declared(part.cls, part.params).get(name) if part.cls is not None else None
    ends = _widest(hyperparameter, facts)
    held = _holding(domain, value, hyperparameter, limits, ends)
    if held == domain:
        return domain, ""
    return held, f"Widened to include your {label_of(value)}."


def _holding(
    domain: Domain,
    value: object,
    hyperparameter: Hyperparameter,
    limits: Limits | None,
    ends: Ends,
) -> Domain:
    """Return the domain with a value in it; one with a meaning of its own stands beside the range.

    So does a count where the range is one of shares.
    """
    if domain.contains(value) and not isinstance(domain, Int | Float):
        return domain
    is_count = isinstance(value, int) and limits is not None and limits.integer
    if isinstance(domain, Int | Float) and (
        value in hyperparameter.apart or (isinstance(domain, Float) and is_count)
    ):
        return _beside(domain, value)
    widened = with_room(domain, value, ends)
    if limits is not None and isinstance(widened, Int | Float) and widened != domain:
        clipped = limits.clip(widened)
        return clipped if clipped and clipped.contains(value) else include(domain, value)
    return widened


def _beside(domain: Int | Float, value: object) -> Int | Float:
    """Return the range with a value beside it, if the range does not hold it."""
    return domain if domain.contains(value) else replace(domain, also=(*domain.also, value))


def _with_default(
    domain: Domain, value: object, hyperparameter: Hyperparameter, facts: Mapping[str, object]
) -> tuple[Domain, object, str]:
    """Return the domain with the library's default in it, and the default.

    One that these data do not allow is moved to the nearest value that they do, and said so.
    """
    low, high = _widest(hyperparameter, facts, bounds=False)
    beyond = is_number(value) and (
        (low is not None and value < low) or (high is not None and value > high)
    )
    if beyond:
        moved = nearest(domain, value)
        words = f"The default {value!r} is beyond what your data allow, so {moved:g} replaces it."
        return domain, moved, words
    if value in hyperparameter.apart and isinstance(domain, Int | Float):
        return _beside(domain, value), value, ""
    widened = include(domain, value)
    words = f"Widened to include the default {label_of(value)}."
    return widened, value, "" if widened == domain else words


def _widest(
    hyperparameter: Hyperparameter, facts: Mapping[str, object], *, bounds: bool = True
) -> Ends:
    """Return the ends that a range never exceeds: the rules' and, if asked, the library's."""
    ends: list[float | None] = []
    for end, legal, tightest in zip(
        ("low", "high"), hyperparameter.bounds or (None, None), (max, min), strict=True
    ):
        rule = hyperparameter.widest.get(end)  # type: ignore[call-overload]
        ruled = _ruled(hyperparameter, rule, facts) if rule else None
        known = [value for value in (ruled, legal if bounds else None) if value is not None]
        ends.append(tightest(known) if known else None)
    return ends[0], ends[1]


def _measured(entry: Entry, name: str) -> str:
    """Say what was measured of a hyperparameter over tasks, or nothing."""
    if entry.measured is None or name not in entry.measured.importance:
        return ""
    low, high = entry.measured.bests.get(name, (None, None))
    share = f"{entry.measured.importance[name]:.0%} of the score's variance"
    words = f". Measured on {len(entry.measured.names)} tasks: it explains {share}"
    return words + ("" if low is None else f", and best values are {low:g} to {high:g} (5 to 95 %)")


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
    words = [
        f"its {end}est value is {value:,.4g} for {facts_text(hyperparameter.data[end], facts)}"
        for end, value in ends.items()
        if value != getattr(plain, end)
    ]
    return domain, "" if domain == plain else f"{' and '.join(words).capitalize()}."


def _ruled(hyperparameter: Hyperparameter, rule: str, facts: Mapping[str, object]) -> float | None:
    try:
        value: Any = expressions.evaluate(rule, facts)
    except expressions.Unknown:
        return None
    return round(value) if hyperparameter.type == "int" else float(value)


def at_level(candidate: Candidate, effort: Level) -> bool:
    """Return whether the effort level tunes the candidate."""
    return LEVELS.index(candidate.level) <= LEVELS.index(effort)
