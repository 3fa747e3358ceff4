"""Ranges narrowed by what the entry's other hyperparameters may be, such as leaves by depth."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autotune import expressions
from autotune.knowledge import CatalogEntry, Hyperparameter
from autotune.plan import provenance
from autotune.plan.choices import Range
from autotune.plan.overrides import Overrides
from autotune.recommend.candidates import Proposal
from autotune.recommend.entry_values import spelling, static_value
from autotune.recommend.merge import Merged
from autotune.space.adjust import between
from autotune.space.domains import Domain, Fixed, Float, Int
from autotune.space.scale import is_number


def narrowed(merged: Merged, proposals: list[Proposal], overrides: Overrides) -> Merged:
    """Return the ranges within what the other hyperparameters allow; the user's stay as given."""
    ranges = dict(merged.ranges)
    for proposal in proposals:
        entry_file = proposal.entry_file
        for name, described in proposal.entry.hyperparameters.items() if proposal.entry else ():
            full = proposal.part.prefix + spelling(proposal.part, name, described)
            if entry_file and described.within and full in ranges and full not in overrides.ranges:
                facts = _largest(proposal, ranges)
                place = entry_file, name
                ranges[full] = _within(ranges[full], described, facts, place)
    return replace(merged, ranges=ranges)


def _largest(proposal: Proposal, ranges: Mapping[str, Range]) -> dict[str, float]:
    """Return the largest number that each hyperparameter may take; none of one without limit."""
    part, entry = proposal.part, proposal.entry
    assert entry is not None
    reached: dict[str, float] = {}
    for name, described in entry.hyperparameters.items():
        full = part.prefix + spelling(part, name, described)
        value = _top(ranges[full].value) if full in ranges else static_value(part, entry, name)
        if is_number(value) and value > 0:
            reached[name] = value
    return reached


def _top(domain: Domain) -> Any:
    match domain:
        case Fixed():
            return domain.value
        case Int() | Float():
            unlimited = any(not is_number(value) or value <= 0 for value in domain.also)
            return None if unlimited or domain.low <= 0 else domain.high
    return None


def _within(
    chosen: Range,
    described: Hyperparameter,
    facts: Mapping[str, float],
    place: tuple[CatalogEntry, str],
) -> Range:
    domain = chosen.value
    if not isinstance(domain, Int | Float):
        return chosen
    ends: dict[str, Any] = {"low": domain.low, "high": domain.high}
    for end, rule in described.within.items():
        try:
            value: Any = expressions.evaluate(rule, facts)
        except expressions.Unknown:
            continue
        value = int(value) if isinstance(domain, Int) else float(value)
        ends[end] = min(ends[end], value) if end == "high" else max(ends[end], value)
    if ends["low"] > ends["high"] or ends == {"low": domain.low, "high": domain.high}:
        return chosen
    entry_file, name = place
    read = sorted(set().union(*map(expressions.names_in, described.within.values())) & set(facts))
    words = " and ".join(f"{other} is at most {facts[other]:g}" for other in read)
    return replace(
        chosen,
        value=between(domain, ends["low"], ends["high"]),
        source=provenance.data_rule(entry_file.place("hyperparameters", name)),
    ).changed(f"Narrowed, because {words}: more would change nothing.")
