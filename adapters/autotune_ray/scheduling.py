"""Early stopping under Ray Tune: a study's pruner is asked at every report, and the searcher knows which trials it ended."""

from typing import Any, cast

from optuna.pruners import BasePruner
from optuna.study import Study
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search.optuna import OptunaSearch


class PrunedSearch(OptunaSearch):
    """Knows each report once, and which trials ended early: Ray's own searcher takes their last value for their result."""

    ended: frozenset[str] = frozenset()

    @property
    def study(self) -> Study:
        """The study that holds what was suggested and reported."""
        return cast(Study, self._ot_study)

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        """Take a report, once: the scheduler passes it on before Ray does."""
        told = self._ot_trials[trial_id]
        if result["training_iteration"] not in self.study._storage.get_trial(told._trial_id).intermediate_values:
            super().on_trial_result(trial_id, result)

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        """Take a trial's end."""
        super().on_trial_complete(trial_id, None if trial_id in self.ended else result, error)


class PrunerScheduler(FIFOScheduler):
    """Ends trials where the pruner says so, by what the searcher's study knows of their reports."""

    def __init__(self, searcher: PrunedSearch, pruner: BasePruner) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.searcher, self.pruner = searcher, pruner

    def on_trial_result(self, tune_controller: Any, trial: Any, result: dict[str, Any]) -> str:
        """Take a report; return whether the trial goes on."""
        searcher = self.searcher
        searcher.on_trial_result(trial.trial_id, result)
        known = searcher.study._storage.get_trial(searcher._ot_trials[trial.trial_id]._trial_id)
        if not self.pruner.prune(searcher.study, known):
            return TrialScheduler.CONTINUE
        searcher.ended |= {trial.trial_id}
        return TrialScheduler.STOP
