"""The rules that end trials early, by name; the same objects on every engine."""

from collections.abc import Callable
from typing import Any

from autotune import knowledge
from autotune.plan.spec import Plan
from autotune.stopping.curve import Curve
from autotune.stopping.rules import Asha, Bandit, Hyperband, Median, MedianCurrent, Rule, Truncation

RULES: dict[str, Callable[..., Rule]] = {
    "curve": Curve,
    "median": Median,
    "median_current": MedianCurrent,
    "bandit": Bandit,
    "truncation": Truncation,
    "asha": Asha,
    "hyperband": Hyperband,
}


def make_rule(setting: dict[str, Any] | None, mode: str, **learned: Any) -> Rule:
    """Return the rule that the setting ``early_stopping`` describes, with what was learned for it; None stops nothing."""
    if setting is None:
        return Rule(mode)
    return RULES[setting["rule"]](
        mode, **{n: v for n, v in setting.items() if n != "rule"}, **learned
    )


def stopping_rule(plan: Plan) -> Rule | None:
    """Return the rule by which the plan's trials end early, the same for every engine; None where they do not."""
    setting = plan["early_stopping"]
    if setting is None or setting["rule"] != "curve":
        return None if setting is None else make_rule(setting, plan["mode"])
    network = knowledge.table("stopping").content.model_dump(
        include={"means", "spreads", "networks"}
    )
    return make_rule(setting, plan["mode"], network=network)
