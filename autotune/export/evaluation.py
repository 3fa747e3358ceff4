"""What a trial does, as code: cross-validation, a call of a function, or a place for the user's."""

from collections.abc import Callable
from dataclasses import dataclass

from autotune.errors import EngineError
from autotune.export.cross_validation import estimator_blocks, estimator_templates
from autotune.export.embed import Wanted
from autotune.export.formatting import assigned, flat, quoted, remarked
from autotune.export.imports import Imports
from autotune.export.literals import text_code, value_code
from autotune.facts.function import params_of
from autotune.facts.reporting import calls_report
from autotune.objective.factory import cross_validation_of
from autotune.plan.constraints import SECONDS
from autotune.plan.spec import PlanSpec
from autotune.script import ScriptSpec
from autotune.serialization.values import Opaque, differs, is_estimator, public_name

TEMPLATES = "autotune.export.templates"
Blocks = list[list[str]]
BY_VALUE = {
    "last": "evaluation_by_call",
    "best": "evaluation_by_best_step",
    "mean": "evaluation_by_mean_of_steps",
}
"""The template of a function's evaluation, by what of its reports is a trial's value."""


@dataclass(frozen=True)
class Evaluation:
    """How a program evaluates a trial.

    ``takes_data`` says whether on X and y, ``templates`` are the definitions it needs, and
    ``write`` returns what is generated from the plan, given the program's imports: constants first,
    then functions.
    """

    takes_data: bool
    templates: tuple[Wanted, ...]
    write: Callable[[Imports], Blocks]


def evaluation_of(plan: PlanSpec) -> Evaluation:
    """Return how a program evaluates a trial of the plan.

    Raises:
        EngineError: if it cannot be written as code.
    """
    if is_estimator(plan.target):
        return _of_estimator(plan)
    _check_callable(plan)
    template = "evaluation_with_figures" if plan.constraints else BY_VALUE[plan.trial_value]
    templates = (f"{TEMPLATES}.{template}:evaluate",)
    if plan.target is None or isinstance(plan.target, str):
        return Evaluation(False, templates, lambda imports: _place_for_objective(plan, imports))
    return Evaluation(False, templates, lambda imports: _call_of_function(plan, imports))


def _of_estimator(plan: PlanSpec) -> Evaluation:
    if plan["fidelity"] is not None:
        name = plan["fidelity"]["name"]
        raise EngineError(
            f"a program cannot be written with fidelity={name!r}: it fits at once.",
            "Set fidelity=None, or plan.run.",
        )
    if plan.trial_setup.groups:
        raise EngineError(
            "a program cannot be written of a ranker: a data file's columns tell no groups.",
            "Use plan.run(X, y, groups=…).",
        )
    if plan.further_metrics:
        raise EngineError(
            "a program records the tuned metric only, got metrics.",
            "Leave metrics out: the trials and their values are the same.",
        )
    if others := set(plan.constraints) - {plan.metric_name, SECONDS}:
        raise EngineError(
            f"a program of an estimator must have constraints on its metric or {SECONDS} only, "
            f"got {', '.join(sorted(others))}.",
            "Leave them out, or plan.run.",
        )
    rules = cross_validation_of(plan)
    templates = estimator_templates(plan, rules)
    return Evaluation(True, templates, lambda imports: estimator_blocks(plan, rules, imports))


def _check_callable(plan: PlanSpec) -> None:
    """Refuse a function that needs autotune while it runs."""
    if isinstance(plan.target, ScriptSpec):
        raise EngineError(
            "a program cannot run a Script: reading its metrics and ending it is autotune's own.",
            "Export a function that runs it.",
        )
    if not callable(plan.target):
        return
    if calls_report(plan.target):
        raise EngineError(
            f"{plan.estimator} calls autotune.report, which a program lacks.",
            "Let it yield its metrics.",
        )


def _place_for_objective(plan: PlanSpec, imports: Imports) -> Blocks:
    imports.name("typing.Any")
    place = [
        "# Put your evaluation here, or import it: the plan has the hyperparameters only.",
        "def objective(params: dict[str, Any]) -> Any:",
        '    """Return the metric, a dict of metrics, or an iterator of them."""',
        f'    raise NotImplementedError("put your evaluation of {quoted(plan.estimator)} here")',
    ]
    return [_metric(plan), place, _call_objective("objective(params)"), *_value_of(plan)]


def _call_of_function(plan: PlanSpec, imports: Imports) -> Blocks:
    imports.name("typing.Any")
    name = public_name(plan.target)
    called = imports.name(name) if name else "train"
    place = [] if name else [_place_for_function(plan)]
    arguments = _fixed_arguments(plan, imports)
    call = f"{called}(**{{{arguments}**params}})" if arguments else f"{called}(**params)"
    return [_metric(plan), *place, _call_objective(call), *_value_of(plan)]


def _fixed_arguments(plan: PlanSpec, imports: Imports) -> str:
    """Return the start of a dict's code: the arguments that are the same in each trial."""
    defaults = params_of(plan.target)
    codes = {
        name: flat(value_code(value, imports, name))
        for name, value in plan.static.items()
        if name not in plan.ranges
        and not isinstance(value, Opaque)
        and differs(value, defaults.get(name))
    }
    codes |= dict.fromkeys(plan.trial_setup.open_seeds(plan.static, plan.ranges), "seed")
    return "".join(f"{text_code(name)}: {code}, " for name, code in codes.items())


def _place_for_function(plan: PlanSpec) -> list[str]:
    """Return a place for a function that cannot be imported."""
    message = text_code(f"put {plan.estimator} here")
    return [
        "# Put your function here, or import it: the plan's cannot be imported by its name.",
        f"# It is called with {quoted(', '.join(params_of(plan.target)))}.",
        "def train(**params: Any) -> Any:",
        '    """Return the metric, a dict of metrics, or an iterator of them."""',
        f"    raise NotImplementedError({message})",
    ]


def _call_objective(call: str) -> list[str]:
    return [
        "def call_objective(params: dict[str, Any], seed: int) -> Any:",
        '    """Return what the tuned function returns for a trial\'s hyperparameters."""',
        f"    return {call}",
    ]


def _value_of(plan: PlanSpec) -> Blocks:
    """Return the function that says what of its reports is a trial's value, where it is asked."""
    if not plan.constraints:
        return []
    best = "max" if plan["mode"] == "max" else "min"
    code = {"last": "values[-1]", "best": f"{best}(values)", "mean": "sum(values) / len(values)"}
    return [
        [
            "def value_of(values: list[float]) -> float:",
            '    """Return a trial\'s value, of those that it reported."""',
            f'    return {code[plan.trial_value]} if values else float("nan")',
        ]
    ]


def _metric(plan: PlanSpec) -> list[str]:
    return remarked(assigned("METRIC", text_code(plan.metric_name)), plan.settings["metric"].remark)
