"""A stopping rule as an Optuna pruner: the rule that every engine uses, fed a study's reports."""

import optuna
from optuna.trial import FrozenTrial, TrialState

from autotune.stopping.rule import Rule
from autotune_optuna.private import is_feasible

QUIET = (TrialState.WAITING, TrialState.FAIL)


class RulePruner(optuna.pruners.BasePruner):
    """Prunes where a rule stops; ``reason`` says why it pruned last.

    It tells the rule each report once, that of the trial that asks last. So it belongs to one study
    in one process; reports of other processes, and of sessions before, reach the rule when they are
    seen, in the order of the trials' numbers.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule, self.reason = rule, ""
        self.told: dict[int, int] = {}
        self.ended: set[int] = set()

    def prune(self, study: optuna.Study, trial: FrozenTrial) -> bool:
        """Return whether the rule stops the trial at its latest report."""
        for other in study.get_trials(deepcopy=False):
            if (
                other.number != trial.number
                and other.number not in self.ended
                and other.state not in QUIET
            ):
                self._tell(other)
        why = self._tell(trial)
        self.reason = why or ""
        return why is not None

    def _tell(self, trial: FrozenTrial) -> str | None:
        """Tell the rule what is new of a trial; return why it stops at the latest report."""
        why, last = None, self.told.get(trial.number, -1)
        for step in sorted(s for s in trial.intermediate_values if s > last):
            why = self.rule.stops(trial.number, step, trial.intermediate_values[step])
            self.told[trial.number] = step
        if trial.state.is_finished():
            self.ended.add(trial.number)
            if is_feasible(trial):
                self.rule.ends(trial.number, finished=trial.state is TrialState.COMPLETE)
            else:
                self.rule.forget(trial.number)
        return why
