"""When a plan's trials end early, and when its study is done, as code."""

from autotune.export.embed import Wanted
from autotune.export.formatting import assigned, comment
from autotune.export.imports import Imports
from autotune.export.literals import plain_code, value_code
from autotune.plan.spec import PlanSpec
from autotune.serialization.values import is_estimator
from autotune.stopping.factory import arguments, stopping_rule
from autotune_optuna.export.sampler import plain_dict
from autotune_optuna.pruner import RulePruner

TEMPLATES = "autotune_optuna.export.templates"
GOALS = ("target", "best_possible")


def templates(plan: PlanSpec) -> list[Wanted]:
    """Return the definitions a program needs to end trials early, and to end the study."""
    rule = stopping_rule(plan)
    wanted: list[Wanted] = []
    if rule is None:
        wanted.append(f"{TEMPLATES}.no_pruner:make_pruner")
    if criteria(plan):
        module = "goal" if _has_goals_only(plan) else "criteria"
        module = "feasible_criteria" if plan.constraints else module
        wanted.append(f"{TEMPLATES}.{module}:is_complete")
    if max_failures(plan):
        wanted.append(f"{TEMPLATES}.failures:is_failing")
    return wanted if rule is None else [*wanted, RulePruner, type(rule)]


def criteria(plan: PlanSpec) -> dict[str, float]:
    """Return when a study is complete before its trials are spent.

    The best possible value is known of scikit-learn's scorers only.
    """
    skipped = () if is_estimator(plan.target) else ("best_possible",)
    completion = {n: v for n, v in plan["completion"].items() if n not in skipped}
    return completion if set(completion) - {"tolerance"} else {}


def max_failures(plan: PlanSpec) -> dict[str, int]:
    """Return how many trials must fail, the first ones or in a row, for a study to be given up.

    0 is never; nothing if both are.
    """
    limits = {name: plan["max_failures"].get(name) or 0 for name in ("first", "in_a_row")}
    return limits if any(limits.values()) else {}


def _has_goals_only(plan: PlanSpec) -> bool:
    return set(criteria(plan)) <= {*GOALS, "tolerance"}


def constants(plan: PlanSpec, imports: Imports) -> list[str]:
    """Return the parameters of all that ends trials and the study."""
    lines, rule = [], stopping_rule(plan)
    if plan.constraints:
        lines += comment(plan.settings["constraints"].reason)
        lines.append(assigned("CONSTRAINTS", plain_dict(plan.constraints)))
    if criteria(plan):
        lines += comment(plan.settings["completion"].reason)
        lines.append(_completion(plan))
    if max_failures(plan):
        lines += comment(plan.settings["max_failures"].reason)
        lines.append(assigned("MAX_FAILURES", plain_dict(max_failures(plan))))
    if rule is not None:
        code = value_code(arguments(plan), imports, "early_stopping")
        lines += comment(plan.settings["early_stopping"].reason)
        lines.append(assigned("EARLY_STOPPING", code))
    return lines


def _completion(plan: PlanSpec) -> str:
    """Return the goal that a value must reach, or all criteria if there are others."""
    if not _has_goals_only(plan) or plan.constraints:
        return assigned("COMPLETION", plain_dict(criteria(plan)))
    goals = [value for name, value in criteria(plan).items() if name in GOALS]
    return assigned("GOAL", plain_code(min(goals) if plan["mode"] == "max" else max(goals)))


def make_pruner(plan: PlanSpec, imports: Imports) -> list[str]:
    """Return the function that makes what ends trials early, or nothing where none does."""
    rule = stopping_rule(plan)
    if rule is None:
        return []
    imports.name("optuna.pruners.BasePruner")
    return [
        "def make_pruner() -> BasePruner:",
        '    """Return what ends trials early."""',
        f"    return RulePruner({type(rule).__name__}(MODE, **EARLY_STOPPING))",
    ]


def should_stop(plan: PlanSpec) -> list[str]:
    """Return the function that says when the study is done."""
    checks = ["is_complete(study)"] if criteria(plan) else []
    if max_failures(plan):
        checks.append("is_failing(study)")
    return [
        "def should_stop(study: optuna.Study) -> bool:",
        '    """Return whether the study ends before its trials and time are spent."""',
        f"    return {' or '.join(checks) or 'False'}",
    ]
