"""How a plan's trials end early, as code: the rule itself, with what it learned, asked by a pruner."""

from typing import Any

from autotune.export.formatting import assigned, comment
from autotune.export.imports import Imports
from autotune.export.literals import value_code
from autotune.plan.spec import PlanSpec
from autotune.stopping.factory import arguments, stopping_rule
from autotune_optuna.pruner import RulePruner


def embeds(plan: PlanSpec) -> list[Any]:
    """Return what of ours a program needs to end the plan's trials early."""
    rule = stopping_rule(plan)
    return [] if rule is None else [RulePruner, type(rule)]


def rule_lines(plan: PlanSpec, imports: Imports) -> list[str]:
    """Return ``RULE``, the rule's parameters, or nothing where no trial ends early."""
    rule = stopping_rule(plan)
    if rule is None:
        return []
    return [
        *comment(plan.settings["early_stopping"].reason),
        assigned("RULE", value_code(arguments(plan), imports, "RULE")),
    ]


def pruner_code(plan: PlanSpec) -> str:
    """Return the pruner as a call."""
    rule = stopping_rule(plan)
    return (
        "optuna.pruners.NopPruner()"
        if rule is None
        else f'RulePruner({type(rule).__name__}("{plan["mode"]}", **RULE))'
    )
