"""How a plan's trials are drawn, as code: the sampler with what it knows, the first trials, and when a study is done."""

import textwrap
from typing import Any

from autotune.export.formatting import WIDTH, Group, assigned, comment, flat, laid_out
from autotune.export.imports import Imports
from autotune.export.literals import text_code
from autotune.knowledge.scores import imputed_scores
from autotune.plan.spec import PlanSpec
from autotune.space.domains import same
from autotune.space.parameters import primitives
from autotune.stopping.completion import Completion
from autotune.workers.seeds import trial_seed
from autotune_optuna.compiled import CompiledOptunaPlan
from autotune_optuna.distributions import conditional
from autotune_optuna.export.space import strict
from autotune_optuna.samplers.distinct_sampler import DistinctSampler, configurations, key_of
from autotune_optuna.samplers.factory import portfolio_points, sampler_arguments, task_weights
from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler

SIMPLE = {"target", "best_possible", "tolerance"}


def embeds(compiled: CompiledOptunaPlan) -> list[Any]:
    """Return what of ours a program needs to draw the plan's trials."""
    plan = compiled.plan
    found: list[Any] = [trial_seed, DistinctSampler]
    if compiled.every is not None:
        found.append(configurations)
    if sampler_arguments(plan)["name"] == "KnowledgeSampler":
        found += [KnowledgeSampler, imputed_scores]
    if set(criteria(plan)) - SIMPLE:
        found.append(Completion)
    return [*found, same] if strict(plan) else found


def criteria(plan: PlanSpec) -> dict[str, Any]:
    """Return when a study is done; the best possible value is known of scikit-learn's scorers only."""
    scored = hasattr(plan.target, "get_params")
    return {n: v for n, v in plan["completion"].items() if scored or n != "best_possible"}


def params_code(params: dict[str, Any]) -> Group:
    """Return parameters of Optuna's, texts and numbers, as a dict."""
    pairs = [
        (f"{text_code(n)}: ", text_code(v) if isinstance(v, str) else repr(v))
        for n, v in params.items()
    ]
    return Group("{", pairs, "}")


def first_lines(compiled: CompiledOptunaPlan) -> list[str]:
    """Return ``FIRST``, the configurations to try before the sampler is asked."""
    plan, grid = compiled.plan, compiled.plan["strategy"] == "grid"
    enqueued = (
        compiled.native.enqueued[: len(plan["initial_trials"])]
        if grid
        else compiled.native.enqueued
    )
    points = {key_of(p): p for p in enqueued}.values()
    lines = comment(plan.settings["initial_trials"].reason)
    return [*lines, assigned("FIRST", Group("[", [("", params_code(p)) for p in points], "]"))]


def sampler_lines(compiled: CompiledOptunaPlan, imports: Imports) -> list[str]:
    """Return ``make_sampler``."""
    plan, arguments = compiled.plan, sampler_arguments(compiled.plan)
    name = arguments.pop("name")
    known = (
        _knowledge(plan, arguments)
        if name == "KnowledgeSampler"
        else _native(name, arguments, imports)
    )
    whole = [("", "sampler"), ("", "SPACE"), ("", "define")]
    if plan.forbidden:
        whole.append(("allows=", "allows"))
    if compiled.every is not None:
        whole.append(("grid=", "every_configuration()"))
    if plan["strategy"] != "sobol":
        whole.append(("seed=", "SEED"))
    told = ("strategy", "sampler", *(["cost_aware"] if plan["cost_aware"] else []))
    reasons = [plan.settings[n].reason for n in told if n in plan.settings]
    return [
        "def make_sampler():",
        '    """Return what draws each trial\'s configuration: one that was not tried yet, from the trial\'s own seed."""',
        *comment(" ".join(reasons), 4),
        *known,
        f"    return {laid_out(Group('DistinctSampler(', whole, ')'), 4, 11)}",
    ]


def _native(name: str, arguments: dict[str, Any], imports: Imports) -> list[str]:
    imports.module("optuna")
    called = [
        (f"{n}=", text_code(v) if isinstance(v, str) else repr(v)) for n, v in (*arguments.items(),)
    ]
    call = Group(f"optuna.samplers.{name}(", [*called, ("seed=", "SEED")], ")")
    if name == "RandomSampler":
        return [f"    sampler = {flat(call)}"]
    imports.module("warnings")
    return [
        "    with warnings.catch_warnings():",
        '        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)',
        f"        sampler = {laid_out(call, 8, 18)}",
    ]


def _knowledge(plan: PlanSpec, arguments: dict[str, Any]) -> list[str]:
    """Return the sampler that knows a portfolio; without one it needs no more than the space."""
    points, _ = portfolio_points(plan)
    items: list[tuple[str, Group | str]] = [
        ("", "SPACE"),
        *([("", "known"), ("", "scores")] if points else []),
    ]
    items += [
        (f"{n}=", params_code(v) if isinstance(v, dict) else repr(v)) for n, v in arguments.items()
    ]
    if conditional(plan):
        items.append(("define=", "define"))
    weights = task_weights(plan)
    if weights:
        items.append(("weights=", repr(weights)))
    lines = [
        "    known = [{n: v for n, v in zip(NAMES, row, strict=True) if v is not None} for row in KNOWN]",
        '    scores = [imputed_scores(text) for text in SCORES.split(";")]',
    ]
    call = laid_out(Group("KnowledgeSampler(", [*items, ("seed=", "SEED")], ")"), 4, 14)
    return [*(lines if points else []), f"    sampler = {call}"]


def known_lines(plan: PlanSpec) -> list[str]:
    """Return what the sampler knows of other tasks: configurations, a row each, and their scores."""
    points, scores = portfolio_points(plan)
    if sampler_arguments(plan)["name"] != "KnowledgeSampler" or not points:
        return []
    names = [p for n, r in plan.ranges.items() for p in primitives(n, r.value)]
    rows = [
        [text_code(v) if isinstance(v, str) else repr(v) for v in (p.get(n) for n in names)]
        for p in points
    ]
    texts = [textwrap.fill(text, WIDTH) for text in scores]
    return [
        *comment(plan.settings["portfolio"].reason),
        assigned(
            "NAMES", Group("(", [("", text_code(n)) for n in names], ")", lone=len(names) == 1)
        ),
        "# fmt: off",
        "KNOWN = [",
        *(f"    ({', '.join(row)}{',' if len(row) == 1 else ''})," for row in rows),
        "]",
        "# fmt: on",
        *comment(
            "In percent, by task: 100 is the best known configuration's, 0 the median of a random search; a dot: not known."
        ),
        'SCORES = """',
        ";\n".join(texts),
        '"""',
    ]


def every_lines(compiled: CompiledOptunaPlan) -> list[str]:
    """Return ``every_configuration``, where the space is finite."""
    if compiled.every is None:
        return []
    legal = " if allows(p)" if compiled.plan.forbidden else ""
    return [
        "def every_configuration():",
        '    """Return the parameters of all configurations; the space is finite."""',
        f"    return [p for p in configurations(define, SPACE){legal}]"
        if legal
        else "    return list(configurations(define, SPACE))",
    ]


def allows_lines(plan: PlanSpec) -> list[str]:
    """Return ``allows``, where combinations are forbidden."""
    if not plan.forbidden:
        return []
    return [
        "def allows(params):",
        '    """Return whether parameters of SPACE are legal together."""',
        "    return is_allowed(define(params.__getitem__))",
    ]
