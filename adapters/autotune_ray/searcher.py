"""Ray Tune's searcher and scheduler for a plan: `OptunaSearch` with the plan's sampler, and its pruner at every report."""

from pathlib import Path
from typing import Any, cast

import cloudpickle
from optuna.study import Study
from ray.tune.schedulers import FIFOScheduler, TrialScheduler

from autotune.plan import Plan
from autotune.record.storage import quiet
from autotune_optuna.compiled import Native
from autotune_ray.search import Drawing


class PlanSearch(Drawing):
    """Suggests a plan's first trials, then what its sampler draws; conditions hold, no configuration comes twice.

    A trial that the scheduler ended counts as such: Ray's own searcher takes its last value for its result.
    """

    def __init__(self, plan: Plan, native: Native, metric: str) -> None:
        with quiet():
            super().__init__(native.define, metric=metric, mode=plan["mode"], sampler=native.sampler)
        self.ended: set[str] = set()
        self.study.add_trials(native.known)
        for params in native.enqueued:
            self.study.enqueue_trial(params)

    @property
    def study(self) -> Study:
        """The study that holds what was suggested and reported."""
        return cast(Study, self._ot_study)

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        """Take a report, once: the plan's scheduler passes it on before Ray does."""
        told = self._ot_trials[trial_id]
        if result["training_iteration"] not in self.study._storage.get_trial(told._trial_id).intermediate_values:
            super().on_trial_result(trial_id, result)

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        """Take a trial's end."""
        super().on_trial_complete(trial_id, None if trial_id in self.ended else result, error)

    def save(self, checkpoint_path: str) -> None:
        """Write the state for `Tuner.restore`; Ray's own pickle cannot carry a space that is code."""
        Path(checkpoint_path).write_bytes(cloudpickle.dumps(self.__dict__))


class PlanScheduler(FIFOScheduler):
    """Ends trials by the plan's early stopping, as the searcher's study knows their reports."""

    def __init__(self, searcher: PlanSearch, pruner: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.searcher, self.pruner = searcher, pruner

    def on_trial_result(self, tune_controller: Any, trial: Any, result: dict[str, Any]) -> str:
        """Take a report; return whether the trial goes on."""
        searcher = self.searcher
        searcher.on_trial_result(trial.trial_id, result)
        known = searcher.study._storage.get_trial(searcher._ot_trials[trial.trial_id]._trial_id)
        if not self.pruner.prune(searcher.study, known):
            return TrialScheduler.CONTINUE
        searcher.ended.add(trial.trial_id)
        return TrialScheduler.STOP
