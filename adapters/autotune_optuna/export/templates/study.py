"""The study that a program begins or resumes."""

from typing import Any

import optuna
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from autotune_optuna.export.templates.placeholders import (
    MODE,
    make_pruner,
    make_sampler,
    suggest_params,
)

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


def open_storage(location: str | None) -> BaseStorage:
    """Return what keeps the study: memory, a database by its URL, or a journal file."""
    if location is None:
        return InMemoryStorage()
    if "://" in location:
        return RDBStorage(location)
    return JournalStorage(JournalFileBackend(location))


def open_study(
    name: str, storage: BaseStorage, initial_trials: list[dict[str, Any]]
) -> optuna.Study:
    """Return the study of this name, a new one with trials to try first if there is none."""
    study = optuna.create_study(
        study_name=name,
        direction="maximize" if MODE == "max" else "minimize",
        sampler=make_sampler(),
        pruner=make_pruner(),
        storage=storage,
        load_if_exists=True,
    )
    if not study.trials:
        for params in initial_trials:
            study.enqueue_trial(params)
    return study


def count_finished(study: optuna.Study) -> int:
    """Return how many trials have ended."""
    return len(study.get_trials(deepcopy=False, states=FINISHED))


def best_of(study: optuna.Study) -> tuple[dict[str, object], float]:
    """Return the best trial's hyperparameters and value; exit with a message if none finished."""
    if not study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
        raise SystemExit("no trial finished")
    try:
        best = study.best_trial
    except ValueError as error:  # no trial is within the constraints
        raise SystemExit(str(error)) from None
    return suggest_params(best.params.__getitem__), study.best_value
