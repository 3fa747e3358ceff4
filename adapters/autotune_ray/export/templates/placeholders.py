"""What each program defines itself from its plan; here an example, by which templates can run."""

from collections.abc import Callable
from typing import Any

import optuna
from optuna.storages import BaseStorage
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search.optuna import OptunaSearch

STUDY = "example"
SEED = 0
MODE = "max"
METRIC = "value"
MAX_TRIALS = 3
MAX_RUNTIME: float | None = None
MAX_PARALLEL = 1
CPUS_PER_TRIAL = 1


def suggest_params(suggest: Callable[[str], Any]) -> dict[str, object]:
    """Return a trial's hyperparameters."""
    return {"kind": suggest("kind")}


def evaluate(*arguments: object) -> float:
    """Return a trial's value."""
    return float(len(arguments))


def should_stop(study: optuna.Study) -> bool:
    """Return whether the study ends before its trials and time are spent."""
    return len(study.trials) > MAX_TRIALS


def planned_trials(count: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many trials there can be, and the configurations to try first."""
    return count, []


def run_trial(config: dict[str, Any], evaluation: Callable[..., float]) -> None:
    """Report the value of a trial."""


def make_search_and_scheduler(
    study: optuna.Study, storage: BaseStorage
) -> tuple[OptunaSearch, TrialScheduler]:
    """Return what suggests the trials, and what ends them early."""
    return OptunaSearch(None, metric=METRIC, mode=MODE), FIFOScheduler()  # type: ignore[no-untyped-call]
