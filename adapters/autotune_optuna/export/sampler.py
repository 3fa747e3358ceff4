"""How a plan's trials are drawn, as code: the sampler with what it knows, and the first trials."""

import textwrap
from collections.abc import Mapping, Sequence

from autotune.export.embed import Wanted
from autotune.export.formatting import WIDTH, Group, Node, assigned, comment, laid_out
from autotune.export.imports import Imports
from autotune.export.literals import dict_code, plain_code, tuple_code
from autotune.plan.spec import PlanSpec
from autotune.space.parameters import primitives
from autotune_optuna.compiled import CompiledOptunaPlan
from autotune_optuna.distributions import conditional
from autotune_optuna.export.conditions import forbids
from autotune_optuna.samplers.distinct_sampler import DistinctSampler, key_of
from autotune_optuna.samplers.factory import (
    KNOWING,
    portfolio_points,
    sampler_arguments,
    task_weights,
)

TEMPLATES = "autotune_optuna.export.templates"
SCALE_OF_SCORES = (
    "In percent, by task: 100 is the score of the best known configuration, 0 the median of a "
    "random search; a dot is an unknown score."
)


def templates(compiled: CompiledOptunaPlan) -> list[Wanted]:
    """Return the definitions a program needs to draw the plan's trials."""
    plan = compiled.plan
    wanted: list[Wanted] = []
    if compiled.grid is not None:
        module = "legal_enumeration" if forbids(plan) else "enumeration"
        wanted.append(f"{TEMPLATES}.{module}:all_configurations")
    if forbids(plan):
        wanted.append(f"{TEMPLATES}.legality:is_legal")
    wanted.append(f"{TEMPLATES}.{_extent(compiled)}:planned_trials")
    if _has_portfolio(plan):
        wanted.append(f"{TEMPLATES}.portfolio:read_portfolio")
    if _is_knowing(plan):
        wanted.append(KNOWING[sampler_arguments(plan)["name"]])
    if _reads_constraints(plan):
        wanted.append("autotune_optuna.private:constraint_arguments")
    return [*wanted, DistinctSampler]


def _extent(compiled: CompiledOptunaPlan) -> str:
    if compiled.grid is None:
        return "infinite_space"
    return "grid" if compiled.plan["strategy"] == "grid" else "finite_space"


def _is_knowing(plan: PlanSpec) -> bool:
    return sampler_arguments(plan)["name"] in KNOWING


def _reads_constraints(plan: PlanSpec) -> bool:
    """Return whether Optuna's own sampler learns of constraints."""
    return bool(plan.constraints) and sampler_arguments(plan)["name"] == "TPESampler"


def _has_portfolio(plan: PlanSpec) -> bool:
    return _is_knowing(plan) and bool(portfolio_points(plan)[0])


def initial_trials(compiled: CompiledOptunaPlan) -> list[str]:
    """Return ``INITIAL_TRIALS``, the configurations to try before the sampler is asked."""
    plan, enqueued = compiled.plan, compiled.native.enqueued
    if plan["strategy"] == "grid":  # what follows them is every other configuration
        enqueued = enqueued[: len(plan["initial_trials"])]
    distinct = {key_of(params): params for params in enqueued}.values()
    codes = [("", plain_dict(params)) for params in distinct]
    reason = plan.settings["initial_trials"].reason
    return [*comment(reason), assigned("INITIAL_TRIALS", Group("[", codes, "]"))]


def make_sampler(compiled: CompiledOptunaPlan, imports: Imports) -> list[str]:
    """Return the function that makes the plan's sampler."""
    plan, arguments = compiled.plan, sampler_arguments(compiled.plan)
    imports.name("optuna.samplers.BaseSampler")
    name = arguments.pop("name")
    if name in KNOWING:
        lines = _knowledge_sampler(plan, name, arguments)
    else:
        options = [("**", "constraint_arguments()")] if _reads_constraints(plan) else []
        lines = _sampler_of_optuna(name, arguments, options, imports)
    items = [("", "sampler"), ("", "SPACE"), ("", "suggest_params")]
    if forbids(plan):
        items.append(("allows=", "is_legal"))
    if compiled.grid is not None:
        items.append(("grid=", "all_configurations()"))
    if plan["strategy"] != "sobol":
        items.append(("seed=", "SEED"))
    settings = ("strategy", "sampler", *(["cost_aware"] if plan["cost_aware"] else []))
    reasons = [plan.settings[n].reason for n in settings if n in plan.settings]
    return [
        "def make_sampler() -> BaseSampler:",
        '    """Return what draws each trial: a new one, by random numbers of the trial\'s own."""',
        *comment(" ".join(reasons), 4),
        *lines,
        f"    return {laid_out(Group('DistinctSampler(', items, ')'), 4, 11)}",
    ]


def _sampler_of_optuna(
    name: str,
    arguments: Mapping[str, object],
    options: Sequence[tuple[str, Node]],
    imports: Imports,
) -> list[str]:
    """Return a sampler of Optuna's; what it says of experimental arguments is kept quiet."""
    items = [(f"{n}=", plain_code(v)) for n, v in arguments.items()]
    call = Group(f"optuna.samplers.{name}(", [*items, *options, ("seed=", "SEED")], ")")
    if name == "RandomSampler":
        return [assigned("sampler", call, 4)]
    imports.module("warnings")
    return [
        "    with warnings.catch_warnings():",
        '        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)',
        assigned("sampler", call, 8),
    ]


def _knowledge_sampler(plan: PlanSpec, kind: str, arguments: Mapping[str, object]) -> list[str]:
    """Return the sampler that knows a portfolio; without one it needs no more than the space."""
    items: list[tuple[str, Node]] = [("", "SPACE")]
    if _has_portfolio(plan):
        items.append(("*", "read_portfolio()"))
    for name, value in arguments.items():
        code = plain_dict(value) if isinstance(value, Mapping) else repr(value)
        items.append((f"{name}=", code))
    if conditional(plan):
        items.append(("define=", "suggest_params"))
    weights = task_weights(plan)
    if weights:
        items.append(("weights=", repr(weights)))
    call = Group(f"{kind}(", [*items, ("seed=", "SEED")], ")")
    return [assigned("sampler", call, 4)]


def portfolio(plan: PlanSpec) -> list[str]:
    """Return what is known of other tasks: configurations, a row each, and their scores."""
    if not _has_portfolio(plan):
        return []
    points, scores = portfolio_points(plan)
    names = [p for n, r in plan.ranges.items() for p in primitives(n, r.value)]
    rows = [tuple_row([point.get(name) for name in names]) for point in points]
    return [
        *comment(plan.settings["portfolio"].reason),
        assigned("PORTFOLIO_PARAMS", tuple_code(names)),
        "# fmt: off",
        "PORTFOLIO = [",
        *(f"    {row}," for row in rows),
        "]",
        "# fmt: on",
        *comment(SCALE_OF_SCORES),
        'PORTFOLIO_SCORES = """',
        ";\n".join(textwrap.fill(text, WIDTH) for text in scores),
        '"""',
    ]


def tuple_row(values: Sequence[object]) -> str:
    """Return a tuple of plain values on one line."""
    codes = [plain_code(value) for value in values]
    return f"({', '.join(codes)}{',' if len(codes) == 1 else ''})"


def plain_dict(params: Mapping[str, object]) -> Group:
    """Return a dict of numbers and texts."""
    return dict_code({name: plain_code(value) for name, value in params.items()})
