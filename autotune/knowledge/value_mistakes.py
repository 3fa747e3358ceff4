"""Defaults, ends and starts of knowledge that are outside their range or its bounds."""

from collections.abc import Iterator

from autotune.knowledge.entry import Entry
from autotune.knowledge.finding import Finding
from autotune.knowledge.hyperparameter import Hyperparameter
from autotune.serialization.documents import Place
from autotune.space.scale import is_number


def values_of(entry: Entry) -> Iterator[Finding]:
    """Yield the defaults, ends and starts outside their range; plans widen ranges to hold them."""
    for name, described in entry.hyperparameters.items():
        yield from of_range(described, ("hyperparameters", name))
    for index, start in enumerate(entry.starts):
        for name, value in start.params.items():
            row = entry.hyperparameters.get(name)
            by_data = row is not None and bool(row.data) and is_number(value)
            if row and not by_data and not _may_be(row, value):
                place = ("starts", index, "params", name)
                yield Finding(place, f"must be in the range {_text(row)}", repr(value))


def of_range(described: Hyperparameter, place: Place) -> Iterator[Finding]:
    """Yield what is outside of one hyperparameter's range or its bounds."""
    domain = described.domain()
    has_default = "default" in described.model_fields_set
    if has_default and not (domain.contains(described.default) or _is_apart(described)):
        message = f"must be in the range {_text(described)}, or listed in also or apart"
        yield Finding((*place, "default"), message, repr(described.default))
    low, high = described.bounds or (None, None)
    if described.low is not None and low is not None and described.low < low:
        yield Finding((*place, "low"), f"must be at least bounds' {low:g}", f"{described.low:g}")
    if described.high is not None and high is not None and described.high > high:
        yield Finding((*place, "high"), f"must be at most bounds' {high:g}", f"{described.high:g}")


def _is_apart(described: Hyperparameter) -> bool:
    return is_number(described.default) and described.default in described.apart


def _text(described: Hyperparameter) -> str:
    if described.choices is not None:
        return ", ".join(map(repr, described.choices))
    return f"{described.low:g} to {described.high:g}"


def _may_be(described: Hyperparameter, value: object) -> bool:
    apart = is_number(value) and value in described.apart
    return apart or value == described.default or described.domain().contains(value)
