"""What each program defines itself from its plan; here an example, by which templates can run."""

from collections.abc import Callable
from typing import Any

import optuna
from optuna.distributions import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

STUDY = "example"
SEED = 0
MODE = "max"
METRIC = "value"
MAX_TRIALS = 6
MAX_RUNTIME: float | None = None
MAX_FAILURES = {"first": 2, "in_a_row": 3}
GOAL = 1.0
CONSTRAINTS = {"latency": "<= 5"}
COMPLETION: dict[str, float] = {"no_improvement": 3}

Distribution = CategoricalDistribution | IntDistribution | FloatDistribution

SPACE: dict[str, Distribution] = {
    "kind": CategoricalDistribution(["a", "b"]),
    "depth": IntDistribution(1, 3),
    "rate": FloatDistribution(0.0, 1.0, step=0.5),
}
INITIAL_TRIALS: list[dict[str, Any]] = [{"kind": "a", "depth": 2, "rate": 0.5}]
PORTFOLIO_PARAMS = ("kind", "depth", "rate")
PORTFOLIO: list[tuple[object, ...]] = [("b", 1, None), ("a", 3, 1.0)]
PORTFOLIO_SCORES = "50 . 100; 100 90 80"


def suggest_params(suggest: Callable[[str], Any]) -> dict[str, object]:
    """Return a trial's hyperparameters."""
    return {name: suggest(name) for name in SPACE}


def is_allowed(params: dict[str, object]) -> bool:
    """Return whether no forbidden combination is among a trial's hyperparameters."""
    return (params["kind"], params["depth"]) != ("a", 1)


def all_configurations() -> list[dict[str, Any]]:
    """Return the parameters of all configurations of a finite space."""
    return [*INITIAL_TRIALS, {"kind": "b", "depth": 1, "rate": 0.0}]


def evaluate(*arguments: object) -> float:
    """Return a trial's value."""
    return float(len(arguments))


def make_sampler() -> optuna.samplers.BaseSampler:
    """Return what draws each trial's configuration."""
    return optuna.samplers.RandomSampler(SEED)


def make_pruner() -> optuna.pruners.BasePruner:
    """Return what ends trials early."""
    return optuna.pruners.NopPruner()


def should_stop(study: optuna.Study) -> bool:
    """Return whether the study ends before its trials and time are spent."""
    return study.best_trial.number > 100


def planned_trials(count: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many trials there can be, and the configurations to try first."""
    return count, INITIAL_TRIALS[:count]


def run_trial(evaluation: Callable[..., float], trial: optuna.Trial) -> float:
    """Return a trial's value."""
    return evaluation(suggest_params(trial.params.__getitem__), SEED)
