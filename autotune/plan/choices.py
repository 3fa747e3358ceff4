"""What a plan chose: a setting's value or a hyperparameter's range, each with its provenance."""

from dataclasses import dataclass, field
from typing import Any

from autotune.plan.earlier_names import renamed
from autotune.plan.earlier_texts import source_from_text
from autotune.plan.provenance import Source, source_from_plain
from autotune.plan.settings import CHECKS
from autotune.serialization.documents import PlainMapping
from autotune.serialization.values import from_plain, has_opaque, to_plain
from autotune.space.conditions import When
from autotune.space.domains import Domain
from autotune.space.shorthand import domain_from_plain, domain_to_plain


@dataclass(frozen=True)
class Setting:
    """One choice: its value, who made it, why, and the measurement behind it."""

    value: Any
    """The value, of a type of its own for each setting."""
    source: Source
    """Who or what chose the value; ``str(source)`` is its text."""
    reason: str
    """Why, in words for a reader; nothing reads it back."""
    evidence: str = ""
    """The figures behind the choice and where they are published, in words; may be empty."""

    def describe(self) -> dict[str, object]:
        """Return the setting as JSON-safe data."""
        return {"value": to_plain(self.value), **self._provenance()}

    def _provenance(self) -> dict[str, object]:
        evidence = {"evidence": self.evidence} if self.evidence else {}
        return {
            "source": str(self.source),
            "reason": self.reason,
            **evidence,
            "origin": self.source.describe(),
        }


@dataclass(frozen=True)
class Range(Setting):
    """The range of one hyperparameter, and the condition under which it is used."""

    value: Domain
    """The values that the hyperparameter may take."""
    when: When = field(default_factory=dict)
    """By parent hyperparameter the values under which this one is used; all must match."""

    def describe(self) -> dict[str, object]:
        """Return the range as JSON-safe data."""
        when = {name: [to_plain(value) for value in values] for name, values in self.when.items()}
        return {
            "value": domain_to_plain(self.value),
            **({"when": when} if when else {}),
            **self._provenance(),
        }


def setting_from_plain(name: str, data: PlainMapping) -> Setting:
    """Return the setting that `Setting.describe` wrote, checked as if a user set the value.

    Raises:
        SettingError: if the value is illegal, as a person may have edited the file.
    """
    value = renamed(name, from_plain(data["value"]))
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        value = tuple(value)
    if name in CHECKS and not has_opaque(data["value"]):
        value = CHECKS[name](name, value)
    return Setting(value, _source(data), data["reason"], data.get("evidence", ""))


def range_from_plain(data: PlainMapping) -> Range:
    """Return the range that `Range.describe` wrote.

    Raises:
        SettingError: if its domain is illegal.
    """
    return Range(
        domain_from_plain(data["value"]),
        _source(data),
        data["reason"],
        data.get("evidence", ""),
        condition_from_plain(data.get("when", {})),
    )


def condition_from_plain(row: PlainMapping) -> dict[str, tuple[Any, ...]]:
    """Return values by hyperparameter from plain data."""
    return {name: tuple(map(from_plain, values)) for name, values in row.items()}


def _source(data: PlainMapping) -> Source:
    origin = data.get("origin")
    return source_from_plain(origin) if origin else source_from_text(data["source"])
