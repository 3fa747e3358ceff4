"""The study that draws a job's trials by Ray Tune's own searcher."""

from collections.abc import Callable
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from autotune.plan.spec import PlanSpec
from autotune.record.quiet import quiet
from autotune_optuna.in_memory_study import Memory
from autotune_ray.searcher import VALUE, Drawing


class RayMemory(Memory):
    """A study in memory whose trials `OptunaSearch` suggests, and whose ends it learns."""

    def __init__(
        self, plan: PlanSpec, define: Callable[[optuna.Trial], object], **options: Any
    ) -> None:
        super().__init__(plan, define, **options)
        with quiet():
            self.searcher = Drawing(
                self._defined,
                metric=VALUE,
                mode=plan["mode"],
                sampler=self.study.sampler,
                study_name=self.study.study_name,
                storage=self._storage,
            )
        self._suggested: set[int] = set()

    def _defined(self, trial: optuna.Trial) -> None:
        self.define(trial)

    def _start(self) -> FrozenTrial:
        number = self.count + self.before
        self.searcher.suggest(str(number))
        self._suggested.add(number)
        return self._storage.get_trial(self._trial_id(number))

    def _end(self, number: int, state: TrialState, value: float | None) -> None:
        if number + self.before not in self._suggested:  # started by an earlier process
            super()._end(number, state, value)
            return
        result = None if value is None else {VALUE: value}
        self.searcher.on_trial_complete(
            str(number + self.before), result, error=state is TrialState.FAIL
        )
