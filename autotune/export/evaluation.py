"""What a trial does, as code: cross-validation of an estimator, a call of a function, or a place for one's own evaluation."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autotune.errors import EngineError
from autotune.export.cross_validation import embeds, estimator_blocks, rules_of
from autotune.export.formatting import assigned, flat, quoted, remarked
from autotune.export.imports import Imports
from autotune.export.literals import text_code, value_code
from autotune.facts.function import params_of, reports
from autotune.plan.spec import Plan
from autotune.recommend.trial_setup import seeds_left_open
from autotune.script import Script
from autotune.serialization.values import Opaque, differs, is_estimator, public_name

MINE = "objective"


@dataclass(frozen=True)
class Evaluation:
    """What a trial does: ``estimator``, ``function`` or ``mine``, one's own; ``embeds`` is what the code below it needs of us.

    ``write`` returns the blocks of code, given the program's imports: constants first, then
    functions, of which ``evaluate`` is what an engine calls.
    """

    kind: str
    embeds: tuple[Any, ...]
    write: Callable[[Imports], list[list[str]]]

    @property
    def takes_data(self) -> bool:
        """Whether it evaluates on X and y."""
        return self.kind == "estimator"

    @property
    def arguments(self) -> str:
        """What ``evaluate`` takes before settings and seed."""
        return "X, y, " if self.takes_data else ""


def evaluation_of(plan: Plan) -> Evaluation:
    """Return what a trial of the plan does.

    Raises:
        EngineError: if it cannot be written as code.
    """
    if plan.target is None or isinstance(plan.target, str):
        return Evaluation("mine", (), lambda imports: _stand_in(plan, imports))
    if is_estimator(plan.target):
        if plan["fidelity"] is not None:
            name = plan["fidelity"]["name"]
            raise EngineError(
                f"a program cannot be written with fidelity={name!r}: it fits at once.",
                "Set fidelity=None, or plan.run.",
            )
        rules = rules_of(plan)
        return Evaluation(
            "estimator", embeds(plan, rules), lambda imports: estimator_blocks(plan, rules, imports)
        )
    if isinstance(plan.target, Script):
        raise EngineError(
            "a program cannot run a Script: reading its metrics and ending it is autotune's own.",
            "Export a function that runs it.",
        )
    if reports(plan.target) and not inspect.isgeneratorfunction(plan.target):
        raise EngineError(
            f"{plan.estimator} calls autotune.report, which a program lacks.",
            "Let it yield its metrics.",
        )
    return Evaluation("function", (), lambda imports: _function(plan, imports))


def _function(plan: Plan, imports: Imports) -> list[list[str]]:
    name = public_name(plan.target)
    own = {
        n: v
        for n, v in plan.static.items()
        if differs(v, params_of(plan.target).get(n)) and n not in plan.ranges
    }
    arguments = {
        n: flat(value_code(v, imports, n)) for n, v in own.items() if not isinstance(v, Opaque)
    }
    arguments |= dict.fromkeys(seeds_left_open(plan.static, plan), "seed")
    given = "".join(f"{text_code(n)}: {code}, " for n, code in arguments.items())
    place: list[list[str]] = []
    if name:
        called = imports.name(name)
    else:
        called, place = _stand_in_for(plan)
    call = f"{called}(**{{{given}**settings}})" if given else f"{called}(**settings)"
    return [_metric(plan), *place, *_metrics_of(call, imports)]


def _stand_in_for(plan: Plan) -> tuple[str, list[list[str]]]:
    """Return a place for a function that cannot be imported."""
    names = ", ".join(params_of(plan.target))
    place = [
        "# Put your function here, or import it: it cannot be imported from where the plan was made.",
        "def train(**settings):",
        f'    """Return the metric, a dict of metrics, or an iterator of them; called with any of: {quoted(names)}."""',
        f"    raise NotImplementedError({text_code(f'put {plan.estimator} here')})",
    ]
    return "train", [place]


def _stand_in(plan: Plan, imports: Imports) -> list[list[str]]:
    place = [
        "# Put your evaluation here, or import it: the plan knows the hyperparameters, not what they are tuned for.",
        f"def {MINE}(settings):",
        '    """Return the metric, a dict of metrics, or an iterator of them, of a dict of hyperparameters."""',
        f'    raise NotImplementedError("put your evaluation of {quoted(plan.estimator)} here")',
    ]
    return [_metric(plan), place, *_metrics_of(f"{MINE}(settings)", imports)]


def _metric(plan: Plan) -> list[str]:
    return remarked(assigned("METRIC", text_code(plan.metric_name)), plan.settings["metric"].reason)


def _metrics_of(call: str, imports: Imports) -> list[list[str]]:
    imports.module("math")
    imports.name("collections.abc.Iterator")
    imports.name("collections.abc.Mapping")
    evaluate = [
        "def evaluate(settings, seed, report):",
        '    """Return the metric of a configuration, the last one where there are several; each is reported by its step."""',
        f"    result = {call}",
        "    if not isinstance(result, Iterator):",
        "        return metric_of(result)",
        "    value = math.nan",
        "    for step, one in enumerate(result, start=1):",
        "        value = metric_of(one)",
        "        report(step, value)",
        "    return metric_of(value)",
    ]
    metric_of = [
        "def metric_of(result):",
        '    """Return the metric of a result, a number or a dict of metrics."""',
        "    value = float(result[METRIC] if isinstance(result, Mapping) else result)",
        "    if not math.isfinite(value):",
        '        raise ValueError(f"{METRIC} must be finite, got {value}")',
        "    return value",
    ]
    return [evaluate, metric_of]
