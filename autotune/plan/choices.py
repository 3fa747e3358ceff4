"""What a plan chose: a setting's value or a hyperparameter's range, each with its provenance."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

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
    """Why, in words for a reader, one short sentence; nothing reads it back."""
    evidence: str = ""
    """The figures behind the choice and where they are published, in words; may be empty."""
    changes: str = field(default="", kw_only=True)
    """What the data or the user's values changed about it, in full sentences; may be empty."""

    def changed(self, *sentences: str) -> Self:
        """Return the setting with further sentences on what changed it; empty ones add nothing."""
        return replace(self, changes=" ".join(filter(None, (self.changes, *sentences))))

    @property
    def remark(self) -> str:
        """The reason and what changed it as one text, such as a comment of a program."""
        return f"{self.reason} {self.changes}".strip()

    def describe(self) -> dict[str, object]:
        """Return the setting as JSON-safe data."""
        return {"value": to_plain(self.value), **self._provenance()}

    def _provenance(self) -> dict[str, object]:
        texts = {"changes": self.changes, "evidence": self.evidence}
        return {
            "source": str(self.source),
            "reason": self.reason,
            **{name: text for name, text in texts.items() if text},
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
    return Setting(value, *_provenance(data), changes=data.get("changes", ""))


def range_from_plain(data: PlainMapping) -> Range:
    """Return the range that `Range.describe` wrote.

    Raises:
        SettingError: if its domain is illegal.
    """
    return Range(
        domain_from_plain(data["value"]),
        *_provenance(data),
        condition_from_plain(data.get("when", {})),
        changes=data.get("changes", ""),
    )


def condition_from_plain(row: PlainMapping) -> dict[str, tuple[Any, ...]]:
    """Return values by hyperparameter from plain data."""
    return {name: tuple(map(from_plain, values)) for name, values in row.items()}


def _provenance(data: PlainMapping) -> tuple[Source, str, str]:
    """Return the source, the reason and the evidence."""
    origin = data.get("origin")
    source = source_from_plain(origin) if origin else source_from_text(data["source"])
    return source, data["reason"], data.get("evidence", "")
