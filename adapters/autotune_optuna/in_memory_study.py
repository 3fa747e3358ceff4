"""The study that a job's sampler looks at: in memory, with what ended shown to it in order.

So drawing costs the same with any store, a store that is away for a while holds nothing up, and a
deterministic job can show its sampler results in the order of their numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState, create_trial

from autotune.record.storage import quiet
from autotune_optuna.samplers.distinct_sampler import Params, key_of

PRUNED = "the pruner stopped it"


class Memory:
    """A study in memory that begins with a stored job's trials and goes on as that job does.

    Args:
        direction: Of the study.
        define: Suggests a configuration on a trial.
        sampler: Draws what was not given to try first.
        pruner: Decides which trials end at a report.
        first: Parameters to try before the sampler is asked.
        known: Other jobs' trials, known from the start and not tried again, which take no numbers.
        past: The job's trials so far.
        notes: What samplers noted of the whole study so far.
        lag: How many trials before the one to draw the sampler may not know yet; 0 where it knows
            all that ended.
    """

    def __init__(
        self,
        direction: Any,
        define: Callable[[optuna.Trial], object],
        *,
        sampler: optuna.samplers.BaseSampler,
        pruner: optuna.pruners.BasePruner,
        first: Sequence[Params] = (),
        known: Sequence[FrozenTrial] = (),
        past: Sequence[FrozenTrial] = (),
        notes: Mapping[str, Any] | None = None,
        lag: int = 0,
    ) -> None:
        self.define, self.lag, self.count, self.before = define, lag, len(past), len(known)
        self._ended: dict[int, tuple[TrialState, float | None]] = {}
        with quiet():
            self.study = optuna.create_study(direction=direction, sampler=sampler, pruner=pruner)
        self._storage, self._id = self.study._storage, self.study._study_id
        for key, value in (notes or {}).items():
            self._storage.set_study_system_attr(self._id, key, value)
        self.study.add_trials(known)
        for trial in past:
            self._recall(trial)
        tried = {key_of(t.params) for t in past}
        for params in {key_of(p): p for p in first if key_of(p) not in tried}.values():
            self.study.enqueue_trial(params)

    def _recall(self, trial: FrozenTrial) -> None:
        """Take in a stored trial; its end is learnt where it would have been."""
        state = trial.state if trial.state.is_finished() else TrialState.RUNNING
        later = state.is_finished() and trial.number > self.count - self.lag
        value = trial.value if state is TrialState.COMPLETE else None
        if later:
            self._ended[trial.number] = (state, value)
        self.study.add_trial(
            create_trial(
                state=TrialState.RUNNING if later else state,
                value=None if later else value,
                params=trial.params,
                distributions=trial.distributions,
                intermediate_values=trial.intermediate_values,
            )
        )

    @property
    def notes(self) -> dict[str, Any]:
        """What samplers noted of the whole study, such as how far a Sobol sequence has come."""
        return dict(self._storage.get_study_system_attrs(self._id))

    def ask(self) -> FrozenTrial:
        """Begin the next trial."""
        self._learn()
        trial = self._begin()
        self.count += 1
        return trial

    def _begin(self) -> FrozenTrial:
        trial = self.study.ask()
        self.define(trial)
        return self._storage.get_trial(trial._trial_id)

    def _learn(self) -> None:
        """Let the sampler know how trials ended, in the order of their numbers, up to the lag."""
        for number in sorted(n for n in self._ended if n <= self.count - self.lag):
            self._end(number, *self._ended.pop(number))

    def _end(self, number: int, state: TrialState, value: float | None) -> None:
        self.study.tell(number + self.before, value, state)

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the pruner says to stop, or nothing."""
        trial_id = self._storage.get_trial_id_from_study_id_trial_number(
            self._id, number + self.before
        )
        self._storage.set_trial_intermediate_value(trial_id, step, value)
        pruner = self.study.pruner
        stops = pruner.prune(self.study, self._storage.get_trial(trial_id))
        return (getattr(pruner, "reason", "") or PRUNED) if stops else ""

    def tell(self, number: int, state: TrialState, value: float | None) -> None:
        """Take a trial's end; the sampler learns it when the next trial is drawn."""
        self._ended[number] = (state, value)
