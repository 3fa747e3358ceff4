"""The rules that end trials early, by name; the same objects on every engine."""

from collections.abc import Callable
from typing import Any

from autotune.errors import SettingError
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
    setting, learned = plan["early_stopping"], plan.trial_setup.learned
    if setting is None:
        return None
    if setting["rule"] != "curve":
        return make_rule(setting, plan["mode"])
    if not learned:
        raise SettingError(
            "early_stopping='curve' must come with what the rule learned, and the plan lacks it.",
            "Make the plan again with early_stopping='curve'.",
        )
    return make_rule(setting, plan["mode"], **learned)
