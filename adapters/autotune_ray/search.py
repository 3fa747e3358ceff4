"""The study that draws a job's trials by Ray Tune's own searcher."""

import warnings
from typing import Any

from optuna.trial import FrozenTrial, TrialState
from ray.tune.search.optuna import OptunaSearch

from autotune.record.storage import quiet
from autotune_optuna.memory import Memory

VALUE = "value"


class Drawing(OptunaSearch):
    """Ray's own searcher, quiet about a draw that takes long: Ray takes it for training in the wrong place."""

    def suggest(self, trial_id: str) -> dict[str, Any] | None:
        """Return the next configuration."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Define-by-run function", UserWarning)
            return super().suggest(trial_id)


class RayMemory(Memory):
    """A study in memory whose trials `OptunaSearch` suggests, and is told the ends of."""

    def __init__(self, direction: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(direction, *arguments, **options)
        with quiet():
            self.searcher = Drawing(
                self._defined, metric=VALUE, mode="max" if direction.name == "MAXIMIZE" else "min", sampler=self.study.sampler,
                study_name=self.study.study_name, storage=self._storage,
            )  # fmt: skip
        self._suggested: set[int] = set()

    def _defined(self, trial: Any) -> None:
        self.define(trial)

    def _begin(self) -> FrozenTrial:
        number = self.count + self.before
        self.searcher.suggest(str(number))
        self._suggested.add(number)
        return self._storage.get_trial(self._storage.get_trial_id_from_study_id_trial_number(self._id, number))

    def _end(self, number: int, state: TrialState, value: float | None) -> None:
        if number + self.before not in self._suggested:  # begun by an earlier process
            super()._end(number, state, value)
            return
        result = None if value is None else {VALUE: value}
        self.searcher.on_trial_complete(str(number + self.before), result, error=state is TrialState.FAIL)
