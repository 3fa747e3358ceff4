"""A study is given up when its trials fail."""

import optuna
from optuna.trial import TrialState

from autotune_optuna.export.templates.placeholders import MAX_FAILURES


def is_failing(study: optuna.Study) -> bool:
    """Return whether the first trials all failed, or the last ones; MAX_FAILURES says how many."""
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.FAIL))
    failed = [trial.state is TrialState.FAIL for trial in trials]
    first, in_a_row = MAX_FAILURES["first"], MAX_FAILURES["in_a_row"]
    begins_badly = 0 < first <= len(failed) and all(failed)
    ends_badly = 0 < in_a_row <= len(failed) and all(failed[-in_a_row:])
    return begins_badly or ends_badly
