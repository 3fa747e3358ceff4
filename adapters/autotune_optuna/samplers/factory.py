"""The sampler of a plan's strategy, with all arguments written out, and its portfolio."""

import warnings
from typing import Any

import optuna

from autotune.plan.spec import PlanSpec
from autotune.record.distributions import distributions
from autotune.serialization.scores import imputed_scores
from autotune.space.parameters import ParameterDecoder, encode
from autotune_optuna.distributions import conditional, definition
from autotune_optuna.private import constraint_arguments
from autotune_optuna.samplers.constrained_sampler import ConstrainedKnowledgeSampler
from autotune_optuna.samplers.distinct_sampler import DistinctSampler
from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler

KNOWING = {kind.__name__: kind for kind in (KnowledgeSampler, ConstrainedKnowledgeSampler)}
"""The samplers that start from a portfolio, by name."""
FIRST = 10  # trials drawn from the portfolio alone; eight and twelve are as good, five is worse
# The fewest of them, or half of the portfolio if that is more: all of 13 and more lost on small
# data, three of 7 on networks.
MIN_FIRST = 6
# Where seconds count, a cheap trial nearby soon improves more per second than the portfolio does.
FIRST_BY_COST = 4


def sampler_arguments(plan: PlanSpec) -> dict[str, Any]:
    """Return the sampler's name and all its arguments.

    They are written out, as Optuna's defaults changed between its versions 4 and 5.
    """
    match plan["strategy"]:
        case "bayesian" if plan["sampler"] == "gp":
            cost = {"cost": dict(plan["cost_aware"])} if plan["cost_aware"] else {}
            first = min(
                FIRST_BY_COST if cost else FIRST, max(MIN_FIRST, len(plan["portfolio"]) // 2)
            )
            kind = ConstrainedKnowledgeSampler if plan.constraints else KnowledgeSampler
            return {"name": kind.__name__, "first": first, "candidates": 1000, **cost}
        case "bayesian":
            return {
                "name": "TPESampler",
                "multivariate": True,
                "group": conditional(plan),
                "constant_liar": plan["max_parallel"] > 1,
                "n_startup_trials": 10,
                "n_ei_candidates": 24,
            }
        case "sobol":
            return {"name": "QMCSampler", "qmc_type": "sobol", "scramble": True}
    return {"name": "RandomSampler"}


def make_sampler(plan: PlanSpec) -> optuna.samplers.BaseSampler:
    """Return the sampler of the plan's strategy; a grid is enqueued and needs none."""
    arguments = sampler_arguments(plan)
    name = arguments.pop("name")
    if name in KNOWING:
        return knowledge_sampler(plan, KNOWING[name], **arguments)
    if name == "TPESampler" and plan.constraints:
        arguments |= constraint_arguments()
    with warnings.catch_warnings():
        # Groups, liars and Sobol are chosen deliberately; Optuna marks them experimental each
        # time they are made.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler: optuna.samplers.BaseSampler = getattr(optuna.samplers, name)(
            seed=plan["seed"], **arguments
        )
    return sampler


def knowledge_sampler(
    plan: PlanSpec, kind: type[KnowledgeSampler], **arguments: Any
) -> KnowledgeSampler:
    """Return the sampler that starts from the plan's portfolio."""
    points, scores = portfolio_points(plan)
    return kind(
        distributions(plan),
        points,
        [imputed_scores(s) for s in scores],
        define=definition(plan) if conditional(plan) else None,
        seed=plan["seed"],
        weights=task_weights(plan),
        **arguments,
    )


def portfolio_points(plan: PlanSpec) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the portfolio's legal configurations as Optuna parameters, and the scores of each."""
    space = plan.space
    legal = [
        point
        for point in plan["portfolio"]
        if not space.outside(point["params"]) and space.allows(point["params"])
    ]
    points = [encode(space, point["params"]) for point in legal]
    return points, [str(point["scores"]) for point in legal]


def task_weights(plan: PlanSpec) -> list[float] | None:
    """Return the tasks' weights, or None where all are the same.

    The tasks of parent jobs come last and have the parents' weights; all others have 1.
    """
    parents = [float(parent["weight"]) for parent in plan.parents if parent["weight"]]
    if not parents:
        return None
    tasks = len(plan["portfolio"][0]["scores"].split())
    return [1.0] * (tasks - len(parents)) + parents


def distinct(
    plan: PlanSpec, decoder: ParameterDecoder, grid: list[dict[str, Any]] | None, before: int
) -> DistinctSampler:
    """Return the sampler of the plan's strategy, which draws no trial twice and none forbidden."""
    return DistinctSampler(
        make_sampler(plan),
        distributions(plan),
        definition(plan),
        allows=lambda params: plan.space.allows(decoder.decode(params)),
        grid=grid,
        before=before,
        # A Sobol sequence is one sequence: its sampler keeps its position in the study.
        seed=None if plan["strategy"] == "sobol" else plan["seed"],
    )
