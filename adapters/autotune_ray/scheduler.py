"""Early stopping under Ray Tune: a study's pruner decides at every report."""

from typing import Any

from optuna.pruners import BasePruner
from ray.tune.schedulers import FIFOScheduler, TrialScheduler

from autotune_ray.private import trial_of
from autotune_ray.searcher import PrunedSearch


class PrunerScheduler(FIFOScheduler):
    """Ends trials where the pruner says so, by what the searcher's study knows of their reports."""

    def __init__(self, searcher: PrunedSearch, pruner: BasePruner) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.searcher, self.pruner = searcher, pruner

    def on_trial_result(self, tune_controller: Any, trial: Any, result: dict[str, Any]) -> str:
        """Take a report; return whether the trial goes on."""
        searcher = self.searcher
        searcher.on_trial_result(trial.trial_id, result)
        if not self.pruner.prune(searcher.study, trial_of(searcher, trial.trial_id)):
            return TrialScheduler.CONTINUE
        searcher.ended_early |= {trial.trial_id}
        return TrialScheduler.STOP
