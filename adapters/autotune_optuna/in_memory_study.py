"""The study that a job's sampler looks at: in memory, with results shown to it in order.

So drawing costs the same with any store, a store that is away for a while delays nothing, and a
deterministic job can show its sampler results in the order of their numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import optuna
from optuna.storages import InMemoryStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState, create_trial

from autotune.engines import JobHistory, PastTrial
from autotune.plan.spec import PlanSpec
from autotune.record.distributions import distributions
from autotune.record.quiet import quiet
from autotune_optuna.private import constraint_attributes
from autotune_optuna.samplers.distinct_sampler import Params, key_of

PRUNED = "the pruner stopped it"
NO_HISTORY = JobHistory()
STATES = {
    "finished": TrialState.COMPLETE,
    "stopped": TrialState.PRUNED,
    "failed": TrialState.FAIL,
    "running": TrialState.RUNNING,
}


class Memory:
    """A study in memory that begins with a job's past trials and continues as that job does.

    Args:
        plan: The plan that the job carries out.
        define: Suggests a configuration on a trial.
        sampler: Draws what was not given to try first.
        pruner: Decides which trials end at a report.
        first: Parameters to try before the sampler is asked.
        known: Other jobs' trials, known from the start and not tried again, which take no numbers.
        grid: All parameters of a finite space, or None.
        history: The job's trials so far, and what samplers noted of the study.
    """

    def __init__(
        self,
        plan: PlanSpec,
        define: Callable[[optuna.Trial], object],
        *,
        sampler: optuna.samplers.BaseSampler,
        pruner: optuna.pruners.BasePruner,
        first: Sequence[Params] = (),
        parent_trials: Sequence[FrozenTrial] = (),
        grid: Sequence[Params] | None = None,
        history: JobHistory = NO_HISTORY,
    ) -> None:
        self.define, self.count, self.before = define, len(history.trials), len(parent_trials)
        # How many trials before the one to draw the sampler may not know yet.
        self.lag = plan["max_parallel"] if plan["deterministic"] else 0
        self._distributions = distributions(plan)
        self._pending: dict[int, tuple[TrialState, float | None]] = {}
        self._constraints: dict[int, Mapping[str, float]] = {}
        self._storage = InMemoryStorage()
        with quiet():
            self.study = optuna.create_study(
                storage=self._storage, direction=plan.direction, sampler=sampler, pruner=pruner
            )
        self._id = self._storage.get_study_id_from_name(self.study.study_name)
        for key, value in history.notes.items():
            self._storage.set_study_system_attr(self._id, key, value)
        self._begin_with(parent_trials, history.trials, first)
        self._untried = None if grid is None else self._not_tried(grid)

    @property
    def direction(self) -> StudyDirection:
        """Whether larger or smaller values are better."""
        return self.study.direction

    @property
    def notes(self) -> Mapping[str, Any]:
        """What samplers noted of the study, such as how far a Sobol sequence has come."""
        return dict(self._storage.get_study_system_attrs(self._id))

    def ask(self) -> Params | None:
        """Start the next trial; return its parameters, or None where every one was tried."""
        if self._untried is not None and not self._untried and self.count:
            return None
        self._learn()
        params = self._start().params
        self.count += 1
        if self._untried is not None:
            self._untried.discard(key_of(params))
        return params

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the pruner says to stop, or an empty text."""
        trial_id = self._trial_id(number + self.before)
        self._storage.set_trial_intermediate_value(trial_id, step, value)
        pruner = self.study.pruner
        if not pruner.prune(self.study, self._storage.get_trial(trial_id)):
            return ""
        return getattr(pruner, "reason", "") or PRUNED

    def constrain(self, number: int, amounts: Mapping[str, float]) -> None:
        """Take by how much a trial is beyond each constraint; learned with its end."""
        self._constraints[number] = amounts

    def tell(self, number: int, status: str, value: float | None) -> None:
        """Take a trial's end; the sampler learns it when the next trial is drawn."""
        self._pending[number] = (STATES[status], value)

    def _begin_with(
        self,
        parent_trials: Sequence[FrozenTrial],
        past: Sequence[PastTrial],
        first: Sequence[Params],
    ) -> None:
        """Add the trials that are known already, and enqueue those to try first."""
        self.study.add_trials(parent_trials)
        for trial in past:
            self._recall(trial)
        tried = {key_of(t.encoded) for t in past}
        for params in {key_of(p): p for p in first if key_of(p) not in tried}.values():
            self.study.enqueue_trial(params)

    def _recall(self, trial: PastTrial) -> None:
        """Take in a past trial; its end is learned where it would have been."""
        state = STATES[trial.status]
        is_later = state.is_finished() and trial.number > self.count - self.lag
        if is_later:
            self._pending[trial.number] = (state, trial.value)
            self._constraints[trial.number] = trial.constraints
        self.study.add_trial(
            create_trial(
                state=TrialState.RUNNING if is_later else state,
                value=None if is_later else trial.value,
                params=dict(trial.encoded),
                distributions={n: self._distributions[n] for n in trial.encoded},
                intermediate_values=dict(trial.reports),
                system_attrs={} if is_later else constraint_attributes(trial.constraints),
            )
        )

    def _not_tried(self, grid: Sequence[Params]) -> set[tuple[tuple[str, object], ...]]:
        tried = {key_of(t.params) for t in self.study.get_trials(deepcopy=False)}
        return {key_of(p) for p in grid} - tried

    def _start(self) -> FrozenTrial:
        trial = self.study.ask()
        self.define(trial)
        return self._storage.get_trial(self._trial_id(trial.number))

    def _trial_id(self, number: int) -> int:
        return self._storage.get_trial_id_from_study_id_trial_number(self._id, number)

    def _learn(self) -> None:
        """Let the sampler know how trials ended, in the order of their numbers, up to the lag."""
        for number in sorted(n for n in self._pending if n <= self.count - self.lag):
            for key, value in constraint_attributes(self._constraints.pop(number, {})).items():
                trial_id = self._trial_id(number + self.before)
                self._storage.set_trial_system_attr(trial_id, key, value)
            self._end(number, *self._pending.pop(number))

    def _end(self, number: int, state: TrialState, value: float | None) -> None:
        self.study.tell(number + self.before, value, state)
