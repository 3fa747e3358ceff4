"""All stopping rules by name; a new rule is a file of this folder and a line here."""

from autotune.stopping import (
    asha,
    bandit,
    curve,
    hyperband,
    median,
    median_current,
    percentile,
    truncation,
)
from autotune.stopping.declaration import Declaration

RULES: dict[str, Declaration] = {
    module.DECLARATION.name: module.DECLARATION
    for module in (
        curve,
        median,
        median_current,
        percentile,
        bandit,
        truncation,
        asha,
        hyperband,
    )
}
"""What each rule declares, by the name that the setting ``early_stopping`` takes."""

STRATEGIES: dict[str, Declaration] = {d.strategy: d for d in RULES.values() if d.strategy}
"""The search strategies that must stop trials by one rule, by name, each with that rule."""


def declaration_of(setting: dict[str, object]) -> Declaration:
    """Return the declaration of the rule that a checked setting ``early_stopping`` names."""
    return RULES[str(setting["rule"])]


def rung_factor(setting: dict[str, object] | None) -> int | None:
    """Return by how much budgets grow from rung to rung; None where the rule has no rungs."""
    parameter = None if setting is None else declaration_of(setting).rung_factor
    factor = None if setting is None or parameter is None else setting[parameter]
    return factor if isinstance(factor, int) else None
