"""What differs between two plans, as values and as short lines."""

from collections.abc import Mapping
from typing import Any, Protocol

from autotune.plan.choices import Range, Setting
from autotune.plan.trial_setup import TrialSetup
from autotune.space.domains import label_of
from autotune.text import setting_text, value_text

LONG = ("portfolio", "results")
"""Settings whose values fill pages; only how much they hold is shown."""
NOTHING = "none"
Pairs = Mapping[str, tuple[Any, Any]]


class Compared(Protocol):
    """What is compared of a plan."""

    @property
    def estimator(self) -> str:
        """The name of what is tuned."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the data and the machine."""

    @property
    def static(self) -> Mapping[str, Any]:
        """The hyperparameters that the user set."""

    @property
    def ranges(self) -> Mapping[str, Range]:
        """The tuned hyperparameters."""

    @property
    def settings(self) -> Mapping[str, Setting]:
        """All other choices."""

    @property
    def trial_setup(self) -> TrialSetup:
        """How trials are set up."""

    def describe(self) -> dict[str, Any]:
        """Return everything as JSON-safe data."""


class Differences(dict[str, tuple[Any, Any]]):
    """By name the value in the one plan and in the other, None for none.

    ``print`` shows a line for each: ``max_trials: 40 → 80``.
    """

    def __init__(self, values: Pairs, texts: Pairs) -> None:
        super().__init__(values)
        self.texts = dict(texts)

    def __str__(self) -> str:
        return "\n".join(self.lines()) or "The plans do not differ."

    def lines(self) -> list[str]:
        """Return a line for each difference."""
        return [f"{name}: {before} → {after}" for name, (before, after) in self.texts.items()]


def differences(plan: Compared, other: Compared) -> Differences:
    """Return what differs between two plans: the estimator, ranges, settings, then the others."""
    values, others = _flat(plan), _flat(other)
    texts, other_texts = _texts(plan), _texts(other)
    names = [
        name
        for name in dict.fromkeys([*values, *others])
        if values.get(name) != others.get(name) or (name in values) != (name in others)
    ]
    pairs = {name: (texts.get(name, NOTHING), other_texts.get(name, NOTHING)) for name in names}
    return Differences(
        {name: _short(name, values.get(name), others.get(name), pairs[name]) for name in names},
        {name: _told_apart(*pair) for name, pair in pairs.items()},
    )


def _short(name: str, before: Any, after: Any, texts: tuple[str, str]) -> tuple[Any, Any]:
    return _told_apart(*texts) if name in LONG else (before, after)


def _told_apart(before: str, after: str) -> tuple[str, str]:
    """Return two texts, which say that there is a difference where they cannot show it."""
    return (before, after) if before != after else (before, f"{after}, but others")


def _flat(plan: Compared) -> dict[str, Any]:
    data = plan.describe()
    ranges = {
        f"ranges.{name}": {
            field_name: value[field_name] for field_name in ("value", "when") if field_name in value
        }
        for name, value in data["ranges"].items()
    }
    settings = {name: value["value"] for name, value in data["settings"].items()}
    rest = {
        f"{part}.{name}": value
        for part in ("facts", "static", "trial_setup")
        for name, value in data[part].items()
    }
    return {"estimator": data["estimator"], **ranges, **settings, **rest}


def _texts(plan: Compared) -> dict[str, str]:
    ranges = {f"ranges.{name}": _range_text(chosen) for name, chosen in plan.ranges.items()}
    settings = {name: setting_text(name, setting.value) for name, setting in plan.settings.items()}
    rest = {
        f"{part}.{name}": value_text(value)
        for part, values in (
            ("facts", plan.facts),
            ("static", plan.static),
            ("trial_setup", plan.trial_setup.describe()),
        )
        for name, value in values.items()
    }
    return {"estimator": plan.estimator, **ranges, **settings, **rest}


def _range_text(chosen: Range) -> str:
    when = " and ".join(
        f"{name} is {' or '.join(map(label_of, values))}" for name, values in chosen.when.items()
    )
    return value_text(chosen.value) + (f" when {when}" if when else "")
