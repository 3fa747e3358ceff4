"""What the file of a stopping rule declares: parameters, needs and words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from autotune.errors import SettingError
from autotune.space.scale import is_number
from autotune.stopping.rule import Rule

Parameters = dict[str, object]
"""A rule's parameters by name, checked; None where one is open."""


@dataclass(frozen=True)
class Parameter:
    """A number that a rule takes."""

    default: float | None
    """Taken where the user sets nothing; None leaves the parameter open."""
    low: float
    """The least legal value."""
    high: float = inf
    """The largest legal value."""
    integer: bool = True
    """Whether the number must be whole."""

    def check(self, name: str, value: object) -> float | None:
        """Return the value as a number, or raise what must hold.

        Raises:
            SettingError: naming the bounds, and the value that is outside them.
        """
        if value is None and self.default is None:
            return None
        if isinstance(value, int | float) and is_number(value) and self.low <= value <= self.high:
            if not self.integer:
                return value
            if value == int(value):
                return int(value)
        kind = "a whole number" if self.integer else "a number"
        limit = f"{self.low:g}..{self.high:g}" if self.high < inf else f">= {self.low:g}"
        raise SettingError(f"{name!r} must be {kind} {limit}", name=name, value=value)


@dataclass(frozen=True)
class Situation:
    """What a plan offers a rule whose parameters are open."""

    fidelity: Mapping[str, object] | None = None
    """The setting ``fidelity``: name, min and max of the budget hyperparameter."""
    starts: bool = False
    """Whether good configurations of other tasks are tried first."""
    learned: Mapping[str, object] = field(default_factory=dict)
    """The fields of ``knowledge/stopping.yaml`` that the rule declares as learned."""


def _as_they_are(_: str, parameters: Parameters) -> Parameters:
    return parameters


def _without_a_plan(parameters: Parameters, _: Situation) -> Parameters:
    return parameters


@dataclass(frozen=True)
class Declaration:
    """A stopping rule as its file declares it; all other code reads this, and names no rule."""

    name: str
    """The name in the setting ``early_stopping``."""
    summary: str
    """One line for people: what is compared with what, and whose rule it is."""
    rule: Callable[..., Rule]
    """The rule's class: ``rule(mode, **parameters)``."""
    parameters: Mapping[str, Parameter]
    """The parameters that users may set, by name."""
    check: Callable[[str, Parameters], Parameters] = _as_they_are
    """Checks all parameters together; called with the setting's name, for messages."""
    complete: Callable[[Parameters, Situation], Parameters] = _without_a_plan
    """Fills what the user left open with what the plan offers."""
    learned: frozenset[str] = frozenset()
    """The fields of ``knowledge/stopping.yaml`` that ``complete`` reads."""
    network: frozenset[str] = frozenset()
    """The fields of ``knowledge/stopping.yaml`` that the rule takes as its argument ``network``."""
    strategy: str | None = None
    """The search strategy that must stop trials by this rule, if any."""
    rung_factor: str | None = None
    """The parameter by which budgets grow from rung to rung, where the rule judges at rungs."""
