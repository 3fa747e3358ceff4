"""A plan's stopping rule as an object; the same on every engine."""

from collections.abc import Mapping

from autotune import knowledge
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
    """Return the rule by which the plan's trials end early; None where they do not."""
    setting = plan["early_stopping"]
    return None if setting is None else make_rule(setting, plan["mode"], **learned(setting))


def arguments(plan: PlanSpec) -> dict[str, object]:
    """Return what the plan's rule is made with beside the mode, for programs; empty without one."""
    setting = plan["early_stopping"]
    if setting is None:
        return {}
    parameters = {n: v for n, v in setting.items() if n != "rule" and v is not None}
    return {**parameters, **learned(setting)}


def learned(setting: Parameters) -> dict[str, object]:
    """Return what a rule was taught beside its parameters: its ``network``, or nothing."""
    fields = declaration_of(setting).network
    return {"network": _learned(fields)} if fields else {}


def completed(
    setting: Parameters | None, fidelity: Mapping[str, object] | None, *, starts: bool
) -> Parameters | None:
    """Return the setting with the parameters that were open: learned, or the fidelity's ends.

    Args:
        setting: The checked setting ``early_stopping``.
        fidelity: The plan's setting ``fidelity``.
        starts: Whether good configurations of other tasks are tried first.

    Raises:
        SettingError: if the rule needs what nothing says, or the budgets contradict each other.
    """
    if setting is None:
        return None
    declaration = declaration_of(setting)
    situation = Situation(fidelity, starts, _learned(declaration.learned))
    parameters = {n: v for n, v in setting.items() if n != "rule"}
    return {"rule": setting["rule"], **declaration.complete(parameters, situation)}


def _learned(fields: frozenset[str]) -> dict[str, object]:
    """Return fields of the knowledge about early stopping; nothing is read where none is wanted."""
    if not fields:
        return {}
    return dict(knowledge.table("stopping").content.model_dump(include=set(fields)))
