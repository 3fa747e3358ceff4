"""Ray Tune's searcher for a plan: `OptunaSearch` with the plan's space, sampler and first trials."""

from pathlib import Path

import cloudpickle

from autotune.plan import Plan
from autotune.record.storage import quiet
from autotune_optuna.compiled import Native
from autotune_ray.scheduling import PrunedSearch
from autotune_ray.search import Drawing


class PlanSearch(Drawing, PrunedSearch):
    """Suggests a plan's first trials, then what its sampler draws; conditions hold, no configuration comes twice."""

    def __init__(self, plan: Plan, native: Native, metric: str) -> None:
        with quiet():
            super().__init__(native.define, metric=metric, mode=plan["mode"], sampler=native.sampler)
        self.study.add_trials(native.known)
        for params in native.enqueued:
            self.study.enqueue_trial(params)

    def save(self, checkpoint_path: str) -> None:
        """Write the state for `Tuner.restore`; Ray's own pickle cannot carry a space that is code."""
        Path(checkpoint_path).write_bytes(cloudpickle.dumps(self.__dict__))
