"""The search: trials on Ray, on this machine or on a cluster."""

import os
from collections.abc import Callable
from typing import Any

import optuna
import ray
from ray import tune

from autotune_optuna.export.templates.study import (
    best_of,
    count_finished,
    open_storage,
    open_study,
)
from autotune_ray.export.templates.placeholders import (
    CPUS_PER_TRIAL,
    MAX_PARALLEL,
    MAX_RUNTIME,
    MAX_TRIALS,
    STUDY,
    make_search_and_scheduler,
    planned_trials,
    run_trial,
    should_stop,
)


def optimize(
    evaluation: Callable[..., float],
    trials: int = MAX_TRIALS,
    storage: str | None = None,
    name: str = STUDY,
    *,
    parallel: int = MAX_PARALLEL,
    address: str | None = None,
) -> tuple[dict[str, object], float]:
    """Return the best hyperparameters and their value; a study that exists is resumed."""
    count, initial_trials = planned_trials(trials)
    study_storage = open_storage(storage)
    study = open_study(name, study_storage, initial_trials)
    remaining = count - count_finished(study)
    if remaining > 0:
        connect(address, parallel)
        search, scheduler = make_search_and_scheduler(study, study_storage)
        trainable = tune.with_parameters(run_trial, evaluation=evaluation)
        tune.Tuner(
            tune.with_resources(trainable, {"cpu": CPUS_PER_TRIAL}),
            tune_config=tune.TuneConfig(
                search_alg=search,
                scheduler=scheduler,
                num_samples=remaining,
                max_concurrent_trials=parallel,
                time_budget_s=MAX_RUNTIME,
                reuse_actors=True,
            ),
            run_config=tune.RunConfig(stop=StudyStopper(study), verbose=0),
        ).fit()
    return best_of(study)


def connect(address: str | None, parallel: int) -> None:
    """Connect to the cluster at an address, or start a Ray that ends with this program."""
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address is not None:
        ray.init(address=address, **quiet)
        return
    cpus = max(os.cpu_count() or 1, CPUS_PER_TRIAL * parallel)
    # "local", as without an address Ray would join any cluster that was started on this machine.
    ray.init(address="local", num_cpus=cpus, include_dashboard=False, **quiet)


class StudyStopper(tune.Stopper):
    """Ends all trials when the study is done."""

    def __init__(self, study: optuna.Study) -> None:
        self.study = study

    def __getstate__(self) -> dict[str, Any]:
        return {}  # Ray keeps a copy of what it is given; the study stays here

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        """Return whether to end this trial alone: no."""
        return False

    def stop_all(self) -> bool:
        """Return whether the study is done."""
        return should_stop(self.study)
