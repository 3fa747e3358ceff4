"""A plan as Optuna's own parts: distributions, sampler, pruner, first trials and callbacks."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, create_trial

from autotune.adapters import stopping_rule
from autotune.completion import Completion
from autotune.encode import Asked, Labels, Primitive, encode, is_mixed, primitives
from autotune.errors import EngineError
from autotune.plan import Plan
from autotune.scores import read_scores
from autotune.seeds import SAMPLER, trial_seed
from autotune_optuna.knowing import KnowledgeSampler
from autotune_optuna.search import OptunaSearch, Write
from autotune_optuna.stopping import RulePruner

MOST_ENUMERATED = 10_000
KNOWN = "autotune:parent"  # marks another job's trial, which does not count towards the completion of this one
FIRST = 10  # trials drawn from the portfolio alone, at most half of it; eight and twelve are as good, five is worse


@dataclass(frozen=True)
class Native:
    """Optuna's own objects, to take into a program of one's own.

    ``define(trial)`` suggests a configuration on a trial, conditions included, and returns the hyperparameters;
    ``enqueued`` are the first trials for ``study.enqueue_trial``, ``known`` the results of a job's parents for
    ``study.add_trials``; ``distributions`` those of all parameters.
    """

    distributions: dict[str, BaseDistribution]
    sampler: optuna.samplers.BaseSampler
    pruner: optuna.pruners.BasePruner
    direction: str
    enqueued: list[dict[str, Any]]
    callbacks: list[Callable[[optuna.Study, optuna.trial.FrozenTrial], None]]
    define: Callable[[optuna.Trial], dict[str, Any]]
    known: list[FrozenTrial]


@dataclass(frozen=True)
class Compiled:
    """A plan compiled for Optuna."""

    plan: Plan
    native: Native
    asked: Asked = field(repr=False)

    def config(self) -> dict[str, Any]:
        """Return what was compiled as plain data."""
        return {
            "engine": "optuna",
            "direction": self.native.direction,
            "sampler": sampler_arguments(self.plan),
            "pruner": pruner_arguments(self.plan),
            "distributions": {n: optuna.distributions.distribution_to_json(d) for n, d in self.native.distributions.items()},
            "enqueued": self.native.enqueued,
            "n_trials": self.plan["max_trials"],
            "timeout": self.plan["max_runtime"],
        }

    def search(self, study: optuna.Study, write: Write) -> OptunaSearch:
        """Return the search over a job's study; each trial's sampler is seeded by the trial's number alone."""
        plan = self.plan
        every = exhaustive(plan)
        encoded = None if every is None else [encode(plan.space, p) for p in every]
        return OptunaSearch(
            study, self.asked, list(self.native.enqueued), encoded, distribution=distribution,
            sampler=seeded_by_number(plan), known=self.native.known,
            pruner=self.native.pruner, lag=plan["max_parallel"] if plan["deterministic"] else 0, write=write,
        )  # fmt: skip


class OptunaAdapter:
    """Compiles plans for Optuna; it decides nothing."""

    def compile(self, plan: Plan) -> Compiled:
        """Return the plan as Optuna's parts.

        Raises:
            EngineError: naming everything that Optuna cannot carry out as it is installed.
        """
        gaps = list(_gaps(plan))
        if gaps:
            raise EngineError(f"Optuna cannot carry this plan out: {'; '.join(gaps)}.")
        asked, known = Asked(plan.space), known_trials(plan)
        native = Native(
            distributions=distributions(plan),
            sampler=make_sampler(plan, plan["seed"]),
            pruner=make_pruner(plan),
            direction="maximize" if plan["mode"] == "max" else "minimize",
            enqueued=enqueued(plan),
            callbacks=[optuna.study.MaxTrialsCallback(plan["max_trials"] + len(known)), completion_callback(plan)],
            define=lambda trial: asked.settings(suggester(trial)),
            known=known,
        )
        return Compiled(plan, native, asked)


def _gaps(plan: Plan) -> Any:
    if "warm_start" in plan.settings and "results" not in plan.settings:
        yield "warm_start is read when a job begins (plan.run, then job.plan.compile)"
    if plan["strategy"] == "sobol" and find_spec("scipy") is None:
        yield "strategy='sobol' needs scipy (pip install scipy)"
    if plan["strategy"] == "grid" and plan.space.grid(MOST_ENUMERATED) is None:
        yield f"strategy='grid' needs a finite space of at most {MOST_ENUMERATED:,} configurations (give lists or steps)"


def distribution(primitive: Primitive) -> BaseDistribution:
    """Return a primitive parameter as Optuna's distribution; both have inclusive bounds."""
    if isinstance(primitive, Labels):
        return CategoricalDistribution(primitive.labels)
    if primitive.whole:
        return IntDistribution(int(primitive.low), int(primitive.high), log=primitive.log, step=int(primitive.step or 1))
    return FloatDistribution(primitive.low, primitive.high, log=primitive.log, step=primitive.step)


def suggester(trial: Any) -> Callable[[str, Primitive], Any]:
    """Return the function that asks a trial for a parameter."""

    def suggest(name: str, primitive: Primitive) -> Any:
        if isinstance(primitive, Labels):
            return trial.suggest_categorical(name, primitive.labels)
        if primitive.whole:
            return trial.suggest_int(
                name, int(primitive.low), int(primitive.high), log=primitive.log, step=int(primitive.step or 1)
            )
        return trial.suggest_float(name, primitive.low, primitive.high, log=primitive.log, step=primitive.step)

    return suggest


def sampler_arguments(plan: Plan) -> dict[str, Any]:
    """Return the sampler's name and every argument, written out: Optuna's defaults changed between 4 and 5."""
    match plan["strategy"]:
        case "bayesian" if plan["sampler"] == "gp":
            return {
                "name": "KnowledgeSampler", "first": min(FIRST, max(3, len(plan["portfolio"]) // 2)), "candidates": 1000,
            }  # fmt: skip
        case "bayesian":
            conditional = any(r.when or is_mixed(r.value) for r in plan.ranges.values())
            return {
                "name": "TPESampler", "multivariate": True, "group": conditional, "constant_liar": plan["max_parallel"] > 1,
                "n_startup_trials": 10, "n_ei_candidates": 24,
            }  # fmt: skip
        case "sobol":
            return {"name": "QMCSampler", "qmc_type": "sobol", "scramble": True}
    return {"name": "RandomSampler"}


def make_sampler(plan: Plan, seed: int) -> optuna.samplers.BaseSampler:
    """Return the sampler of the plan's strategy; a grid is enqueued whole, so its sampler is never asked."""
    arguments = sampler_arguments(plan)
    name = arguments.pop("name")
    if name == "KnowledgeSampler":
        return knowing(plan, seed, **arguments)
    with warnings.catch_warnings():
        # Groups, liars and Sobol are chosen knowingly; Optuna marks them experimental at every construction.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler: optuna.samplers.BaseSampler = getattr(optuna.samplers, name)(seed=seed, **arguments)
    return sampler


def knowing(plan: Plan, seed: int, **arguments: Any) -> KnowledgeSampler:
    """Return the sampler that knows the plan's portfolio."""
    space, asked = plan.space, Asked(plan.space)
    conditional = bool(space.when) or any(is_mixed(d) for d in space.domains.values())
    inside = [p for p in plan["portfolio"] if not space.outside(p["settings"]) and space.allows(p["settings"])]
    return KnowledgeSampler(
        distributions(plan), [encode(space, p["settings"]) for p in inside], [_known_scores(p["scores"]) for p in inside],
        used=(lambda params: encode(space, asked.decode(params))) if conditional else None, seed=seed,
        weights=_weights(plan), **arguments,
    )  # fmt: skip


def _weights(plan: Plan) -> list[float] | None:
    """Return the tasks' weights: the parents' own, whose tasks come last, and 1 of each other; None where all are the same."""
    own = [float(p["weight"]) for p in plan.parents if p["weight"]]
    return [1.0] * (len(plan["portfolio"][0]["scores"].split()) - len(own)) + own if own else None


def known_trials(plan: Plan) -> list[FrozenTrial]:
    """Return the results that the plan knows from the start as Optuna's trials."""
    space, types = plan.space, distributions(plan)
    every = [(p["job"], t) for p in plan.parents for t in p["trials"] if not space.outside(t["settings"])]
    params = [encode(space, t["settings"]) for _, t in every]
    return [
        create_trial(value=t["value"], params=p, distributions={n: types[n] for n in p}, user_attrs={KNOWN: job})
        for (job, t), p in zip(every, params, strict=True)
    ]


def _known_scores(text: str) -> list[float]:
    """Return scores in shares; an unknown one is the configuration's mean."""
    scores = read_scores(text)
    known = [s for s in scores if s is not None]
    mean = sum(known) / len(known) if known else 0.0
    return [mean if s is None else s for s in scores]


def distributions(plan: Plan) -> dict[str, BaseDistribution]:
    """Return Optuna's distributions of all parameters."""
    return {p: distribution(k) for n, r in plan.ranges.items() for p, k in primitives(n, r.value).items()}


def seeded_by_number(plan: Plan) -> Callable[[int], optuna.samplers.BaseSampler]:
    """Return what gives the sampler of a trial's number, whose random numbers depend on that number alone.

    It is one sampler, as it keeps what it worked out of earlier trials; the generators it draws from are seeded anew. A
    Sobol sequence is one sequence: its sampler notes in the study how far it has come.
    """
    sampler = make_sampler(plan, plan["seed"])
    if plan["strategy"] == "sobol":
        return lambda number: sampler
    # Optuna's own reseeding takes no seed, so the generators are reached where it keeps them.
    parts = [sampler, *(p for p in vars(sampler).values() if isinstance(p, optuna.samplers.BaseSampler))]
    generators = [p._rng for p in parts if hasattr(p, "_rng")]

    if not generators:
        return lambda number: make_sampler(plan, trial_seed(plan["seed"], number, SAMPLER))

    def seeded(number: int) -> optuna.samplers.BaseSampler:
        for generator in generators:
            generator.rng.seed(trial_seed(plan["seed"], number, SAMPLER))
        return sampler

    return seeded


def pruner_arguments(plan: Plan) -> dict[str, Any]:
    """Return the pruner's name and the rule it asks, with its parameters."""
    match plan["early_stopping"]:
        case None:
            return {"name": "NopPruner"}
        case str(name):
            return {"name": name}
        case rule:
            return {"name": "RulePruner", **rule}


def make_pruner(plan: Plan) -> optuna.pruners.BasePruner:
    """Return the pruner of the plan's early stopping."""
    if plan["early_stopping"] == "median":  # a plan of the first release, which had Optuna's own
        return optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=0, n_min_trials=3)
    rule = stopping_rule(plan)
    return optuna.pruners.NopPruner() if rule is None else RulePruner(rule)


def exhaustive(plan: Plan) -> list[dict[str, Any]] | None:
    """Return every configuration of a finite space, or None where it is too large to enumerate."""
    return plan.space.grid(MOST_ENUMERATED)


def enqueued(plan: Plan) -> list[dict[str, Any]]:
    """Return the first trials as Optuna parameters; for a grid, every configuration up to max_trials."""
    points = list(plan["initial_trials"])
    if plan["strategy"] == "grid":
        known = [t["settings"] for p in plan.parents for t in p["trials"]]
        points += [p for p in exhaustive(plan) or [] if p not in points and p not in known]
    return [encode(plan.space, p) for p in points][: plan["max_trials"]]


def completion_callback(plan: Plan) -> Callable[[optuna.Study, optuna.trial.FrozenTrial], None]:
    """Return the plan's completion criteria as a callback that stops a study."""

    def callback(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        criteria = {n: c for n, c in plan["completion"].items() if n != "best_possible"}  # the program's values are its own
        completion = Completion(criteria, plan["mode"])
        for ended in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
            if ended.value is not None and KNOWN not in ended.user_attrs:
                completion.add(ended.value)
        if completion.fired:
            study.stop()

    return callback
