"""What draws a plan's trials: the sampler of its strategy, with every argument written out, and what it knows."""

import warnings
from typing import Any

import optuna

from autotune.knowledge.scores import known_scores
from autotune.plan.spec import Plan
from autotune.space.parameters import Asked, encode
from autotune_optuna.distributions import conditional, definition, distributions
from autotune_optuna.samplers.distinct_sampler import DistinctSampler
from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler

FIRST = 10  # trials drawn from the portfolio alone; eight and twelve are as good, five is worse
LEAST = 6  # of them, or half of the portfolio if that is more: all of 13 and more lost on small data, three of 7 on networks
FIRST_BY_COST = (
    4  # where seconds count: a cheap trial nearby soon gains more per second than what is known
)


def sampler_arguments(plan: Plan) -> dict[str, Any]:
    """Return the sampler's name and every argument, written out: Optuna's defaults changed between 4 and 5."""
    match plan["strategy"]:
        case "bayesian" if plan["sampler"] == "gp":
            cost = {"cost": dict(plan["cost_aware"])} if plan["cost_aware"] else {}
            first = min(FIRST_BY_COST if cost else FIRST, max(LEAST, len(plan["portfolio"]) // 2))
            return {"name": "KnowledgeSampler", "first": first, "candidates": 1000, **cost}
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


def make_sampler(plan: Plan) -> optuna.samplers.BaseSampler:
    """Return the sampler of the plan's strategy; a grid is enqueued whole, so its sampler is never asked."""
    arguments = sampler_arguments(plan)
    name = arguments.pop("name")
    if name == "KnowledgeSampler":
        return knowing(plan, **arguments)
    with warnings.catch_warnings():
        # Groups, liars and Sobol are chosen knowingly; Optuna marks them experimental at every
        # construction.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler: optuna.samplers.BaseSampler = getattr(optuna.samplers, name)(
            seed=plan["seed"], **arguments
        )
    return sampler


def knowing(plan: Plan, **arguments: Any) -> KnowledgeSampler:
    """Return the sampler that knows the plan's portfolio."""
    points, scores = known_points(plan)
    return KnowledgeSampler(
        distributions(plan),
        points,
        [known_scores(s) for s in scores],
        define=definition(plan) if conditional(plan) else None,
        seed=plan["seed"],
        weights=task_weights(plan),
        **arguments,
    )


def known_points(plan: Plan) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the legal configurations of the plan's portfolio as Optuna parameters, and the scores of each as text."""
    space = plan.space
    inside = [
        p for p in plan["portfolio"] if not space.outside(p["params"]) and space.allows(p["params"])
    ]
    return [encode(space, p["params"]) for p in inside], [str(p["scores"]) for p in inside]


def task_weights(plan: Plan) -> list[float] | None:
    """Return the tasks' weights: the parents' own, whose tasks come last, and 1 of each other; None where all are the same."""
    own = [float(p["weight"]) for p in plan.parents if p["weight"]]
    return [1.0] * (len(plan["portfolio"][0]["scores"].split()) - len(own)) + own if own else None


def distinct(
    plan: Plan, asked: Asked, every: list[dict[str, Any]] | None, before: int
) -> DistinctSampler:
    """Return the sampler of the plan's strategy, which repeats nothing and tries nothing that is forbidden."""
    return DistinctSampler(
        make_sampler(plan),
        distributions(plan),
        definition(plan),
        allows=lambda params: plan.space.allows(asked.decode(params)),
        every=every,
        before=before,
        # A Sobol sequence is one sequence: its sampler notes in the study how far it has come.
        seed=None if plan["strategy"] == "sobol" else plan["seed"],
    )
