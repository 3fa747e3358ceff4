"""A study is complete when a trial's value reaches a goal."""

import optuna
from optuna.trial import TrialState

from autotune_optuna.export.templates.placeholders import GOAL, MODE


def is_complete(study: optuna.Study) -> bool:
    """Return whether a trial's value reaches GOAL."""
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    values = [trial.value for trial in trials if trial.value is not None]
    if MODE == "max":
        return any(value >= GOAL for value in values)
    return any(value <= GOAL for value in values)
