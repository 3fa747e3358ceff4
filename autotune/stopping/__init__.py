"""The rules that end trials early, by name; the same objects on every engine."""

from collections.abc import Callable
from typing import Any

from autotune.stopping.curve import FEWEST_REPORTS, Curve
from autotune.stopping.rules import Asha, Bandit, Hyperband, Median, MedianCurrent, Rule, Truncation

__all__ = ["FEWEST_REPORTS", "RULES", "Curve", "Rule", "make_rule"]

RULES: dict[str, Callable[..., Rule]] = {
    "curve": Curve, "median": Median, "median_current": MedianCurrent, "bandit": Bandit, "truncation": Truncation, "asha": Asha,
    "hyperband": Hyperband,
}  # fmt: skip


def make_rule(setting: dict[str, Any] | None, mode: str, **learned: Any) -> Rule:
    """Return the rule that the setting ``early_stopping`` describes, with what was learned for it; None stops nothing."""
    if setting is None:
        return Rule(mode)
    return RULES[setting["rule"]](mode, **{n: v for n, v in setting.items() if n != "rule"}, **learned)
