"""A plan's stopping rule as an object; the same on every engine."""

from collections.abc import Mapping

from autotune.errors import SettingError
from autotune.plan.spec import PlanSpec
from autotune.stopping.catalog import declaration_of
from autotune.stopping.declaration import Parameters, Situation
from autotune.stopping.rule import Rule


def make_rule(setting: Parameters | None, mode: str, **learned: object) -> Rule:
    """Return the rule that a checked setting ``early_stopping`` describes; None stops nothing."""
    if setting is None:
        return Rule(mode)
    parameters = {n: v for n, v in setting.items() if n != "rule"}
    return declaration_of(setting).rule(mode, **parameters, **learned)


def stopping_rule(plan: PlanSpec) -> Rule | None:
    """Return the rule by which the plan's trials end early; None where they do not.

    Raises:
        SettingError: if the rule was learned, and the plan does not hold what.
    """
    setting = plan["early_stopping"]
    return None if setting is None else make_rule(setting, plan["mode"], **_learned(plan))


def arguments(plan: PlanSpec) -> dict[str, object]:
    """Return what the plan's rule is made with beside the mode, for programs; empty without one."""
    setting = plan["early_stopping"]
    if setting is None:
        return {}
    parameters = {n: v for n, v in setting.items() if n != "rule" and v is not None}
    return {**parameters, **_learned(plan)}


def _learned(plan: PlanSpec) -> Mapping[str, object]:
    """Return what the plan holds of what its rule was taught: its ``network``, or nothing."""
    setting = plan["early_stopping"]
    if not declaration_of(setting).network:
        return {}
    if not plan.trial_setup.learned:
        rule = setting["rule"]
        raise SettingError(
            f"early_stopping={rule!r} must come with what it learned, and the plan lacks that.",
            f"Make the plan again with early_stopping={rule!r}.",
        )
    return plan.trial_setup.learned


def completed(
    setting: Parameters | None,
    fidelity: Mapping[str, object] | None,
    learned: Mapping[str, object],
    *,
    starts: bool,
) -> Parameters | None:
    """Return the setting with the parameters that were open: learned, or the fidelity's ends.

    Args:
        setting: The checked setting ``early_stopping``.
        fidelity: The plan's setting ``fidelity``.
        learned: The fields of ``knowledge/stopping.yaml`` that the rule declares.
        starts: Whether good configurations of other tasks are tried first.

    Raises:
        SettingError: if the rule needs what nothing says, or the budgets contradict each other.
    """
    if setting is None:
        return None
    declaration = declaration_of(setting)
    situation = Situation(fidelity, starts, learned)
    parameters = {n: v for n, v in setting.items() if n != "rule"}
    return {"rule": setting["rule"], **declaration.complete(parameters, situation)}
