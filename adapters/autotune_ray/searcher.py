"""Ray Tune's searcher for a plan: `OptunaSearch` with its space, sampler and first trials."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cloudpickle
from optuna.study import Study
from ray.tune.search.optuna import OptunaSearch

from autotune.plan.spec import PlanSpec
from autotune.record.quiet import quiet
from autotune_optuna.compiled import OptunaObjects
from autotune_optuna.private import set_constraints
from autotune_ray.private import live_trial_of, study_of, trial_of

VALUE = "value"


class Drawing(OptunaSearch):
    """Ray's own searcher, without its warning about draws that take long.

    Ray takes them for training in the wrong place.
    """

    def suggest(self, trial_id: str) -> dict[str, Any] | None:
        """Return the next configuration."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Define-by-run function", UserWarning)
            return super().suggest(trial_id)


class PrunedSearch(OptunaSearch):
    """Records each report once, and a trial that ended early as pruned.

    Ray's own searcher takes the last value of such a trial for its result.
    """

    ended_early: frozenset[str] = frozenset()

    @property
    def study(self) -> Study:
        """The study that holds what was suggested and reported."""
        return study_of(self)

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        """Take a report, once: the scheduler passes it on before Ray does."""
        if result["training_iteration"] not in trial_of(self, trial_id).intermediate_values:
            super().on_trial_result(trial_id, result)

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """Take a trial's end."""
        super().on_trial_complete(trial_id, None if trial_id in self.ended_early else result, error)


MARK = "constraint: "  # so that no metric's name is taken for a constraint


def marked(amounts: Mapping[str, float]) -> dict[str, float]:
    """Return by how much a trial is beyond constraints as it reports that to its searcher."""
    return {f"{MARK}{name}": amount for name, amount in amounts.items()}


class FeasibilitySearch(PrunedSearch):
    """Records by how much a trial is beyond its constraints, as its last report says."""

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        """Take a trial's end."""
        amounts = {n.removeprefix(MARK): v for n, v in (result or {}).items() if n.startswith(MARK)}
        if amounts and not error and trial_id not in self.ended_early:
            set_constraints(live_trial_of(self, trial_id), amounts)
        super().on_trial_complete(trial_id, result, error)


class PlanSearch(Drawing, FeasibilitySearch):
    """Suggests a plan's first trials, then what its sampler draws.

    Conditions hold, and no configuration comes twice.
    """

    def __init__(self, plan: PlanSpec, native: OptunaObjects, metric: str) -> None:
        with quiet():
            super().__init__(
                native.define, metric=metric, mode=plan["mode"], sampler=native.sampler
            )
        self.study.add_trials(native.known)
        for params in native.enqueued:
            self.study.enqueue_trial(params)

    def save(self, checkpoint_path: str) -> None:
        """Write the state for `Tuner.restore`; Ray's pickle cannot carry a space that is code."""
        Path(checkpoint_path).write_bytes(cloudpickle.dumps(self.__dict__))
