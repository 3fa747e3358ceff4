"""The search: trials one after the other, in this process."""

from collections.abc import Callable
from functools import partial

import optuna
from optuna.study import MaxTrialsCallback

from autotune_optuna.export.templates.placeholders import (
    MAX_RUNTIME,
    MAX_TRIALS,
    STUDY,
    planned_trials,
    run_trial,
    should_stop,
)
from autotune_optuna.export.templates.study import (
    FINISHED,
    best_of,
    count_finished,
    open_storage,
    open_study,
)


def optimize(
    evaluation: Callable[..., float],
    trials: int = MAX_TRIALS,
    storage: str | None = None,
    name: str = STUDY,
) -> tuple[dict[str, object], float]:
    """Return the best hyperparameters and their value; a study that exists is resumed."""
    count, initial_trials = planned_trials(trials)
    study = open_study(name, open_storage(storage), initial_trials)
    remaining = count - count_finished(study)
    if remaining > 0:
        study.optimize(
            partial(run_trial, evaluation),
            n_trials=remaining,
            timeout=MAX_RUNTIME,
            callbacks=[MaxTrialsCallback(count, FINISHED), stop_if_done],
            catch=(Exception,),
        )
    return best_of(study)


def stop_if_done(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
    """End the study after a trial, if it needs no further one."""
    if should_stop(study):
        study.stop()
