"""The settings early_stopping and fidelity as people write them, checked and brought to one form: a mapping, or None."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from autotune.errors import SettingError, did_you_mean
from autotune.space.scale import is_number


@dataclass(frozen=True)
class Parameter:
    """A number that a rule takes; ``default`` is None where it may be left open."""

    default: float | None
    low: float
    high: float = inf
    whole: bool = True

    def check(self, name: str, value: Any) -> Any:
        """Return the value, or raise what must hold."""
        if value is None and self.default is None:
            return None
        if (
            not is_number(value)
            or not self.low <= value <= self.high
            or (self.whole and value != int(value))
        ):
            kind = "a whole number" if self.whole else "a number"
            limit = f"{self.low:g}..{self.high:g}" if self.high < inf else f">= {self.low:g}"
            raise SettingError(f"{name} must be {kind} {limit}, got {value!r}.")
        return int(value) if self.whole else value


# HyperDrive's defaults: with no delay a trial is judged by its first report; its example of what
# the median saves waits for 5.
INTERVALS = {"evaluation_interval": Parameter(1, 1), "delay_evaluation": Parameter(0, 0)}
SLACKS = {
    "slack_factor": Parameter(None, 0, whole=False),
    "slack_amount": Parameter(None, 0, whole=False),
}
RESOURCES = {
    "min_resource": Parameter(None, 1),
    "max_resource": Parameter(None, 1),
    "reduction_factor": Parameter(3, 2, 100),
}
RULES: dict[str, dict[str, Parameter]] = {
    "curve": {"promise": Parameter(None, 0, 1, whole=False), "protect": Parameter(None, 1)},
    "median": INTERVALS,
    "median_current": INTERVALS,
    "bandit": SLACKS | INTERVALS,
    "truncation": {"truncation_percentage": Parameter(20, 1, 99)} | INTERVALS,
    "asha": RESOURCES,
    "hyperband": RESOURCES,
}
EXAMPLE = "{'rule': 'bandit', 'slack_factor': 0.1}"
BANDIT = 0.1  # the slack factor of HyperDrive's own example


def check_rule(name: str, value: Any) -> dict[str, Any] | None:
    """Bring a rule's name, or a mapping with its parameters, to a mapping of all of them.

    Raises:
        SettingError: naming what must hold, with the nearest names.
    """
    if value is None:
        return None
    given = {"rule": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or not isinstance(given.get("rule"), str):
        raise SettingError(
            f"{name} must be a rule's name, a mapping such as {EXAMPLE}, or None, got {value!r}."
        )
    rule = given["rule"]
    if rule not in RULES:
        raise SettingError(
            f"{name} must be one of {', '.join(RULES)} or None, got {rule!r}.",
            did_you_mean(rule, RULES, 0),
        )
    known = RULES[rule]
    for key in given:
        if key != "rule" and key not in known:
            raise SettingError(
                f"{name}: {key!r} is no parameter of {rule!r}.", did_you_mean(str(key), known)
            )
    found = {n: p.check(f"{name}.{n}", given.get(n, p.default)) for n, p in known.items()}
    return {"rule": rule} | (_one_slack(name, found) if rule == "bandit" else found)


def _one_slack(name: str, found: dict[str, Any]) -> dict[str, Any]:
    given = [n for n in SLACKS if found[n] is not None]
    if len(given) > 1:
        raise SettingError(
            f"{name} must have slack_factor or slack_amount, got both.", "Drop one of them."
        )
    return found if given else found | {"slack_factor": BANDIT}


def check_fidelity(name: str, value: Any) -> dict[str, Any] | None:
    """Bring the name of the hyperparameter that is a trial's budget, or a mapping of it with min and max, to a mapping.

    Raises:
        SettingError: naming what must hold.
    """
    if value is None:
        return None
    given = {"name": value} if isinstance(value, str) else value
    example = "{'name': 'epochs', 'min': 1, 'max': 81}"
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
        raise SettingError(
            f"{name} must be a hyperparameter's name, a mapping such as {example}, or None, got {value!r}."
        )
    for key in given:
        if key not in ("name", "min", "max"):
            raise SettingError(
                f"{name}: {key!r} must be name, min or max.",
                did_you_mean(str(key), ("name", "min", "max")),
            )
    low, high = (Parameter(None, 1).check(f"{name}.{n}", given.get(n)) for n in ("min", "max"))
    if low is not None and high is not None and low >= high:
        raise SettingError(f"{name}: min < max must hold, got {low} >= {high}.")
    return {"name": given["name"], "min": low, "max": high}
