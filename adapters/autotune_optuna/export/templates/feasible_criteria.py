"""A study is complete when its feasible trials' values meet a criterion."""

import optuna
from optuna.trial import TrialState

from autotune.stopping.completion import Completion
from autotune_optuna.export.templates.placeholders import COMPLETION, MODE
from autotune_optuna.private import is_feasible


def is_complete(study: optuna.Study) -> bool:
    """Return whether the values of the feasible trials meet one of the criteria of COMPLETION."""
    completion = Completion(COMPLETION, MODE)
    for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
        if trial.value is not None and is_feasible(trial):
            completion.add(trial.value)
    return completion.fired is not None
