"""One job's search: what is drawn in memory is written, trial by trial and whole, to the job's study in its store."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState, create_trial

from autotune.record.status import TrialStatus
from autotune.record.trial import DETAILS
from autotune.space.parameters import Asked
from autotune_optuna.in_memory_study import Memory
from autotune_optuna.samplers.distinct_sampler import Params, key_of

STATES = {TrialStatus.FINISHED: TrialState.COMPLETE, TrialStatus.STOPPED: TrialState.PRUNED}
Write = Callable[[Callable[[], object]], None]


class StoredSearch:
    """Asks a memory, and writes; a study that has trials already is gone on with.

    A trial is drawn before it is written, so it never stands half in the store. One that was cut
    short is given again, under its own number, before any new one.

    Args:
        study: The job's study in its store.
        asked: The plan's space.
        memory: Draws the trials.
        every: All parameters of a finite space, or None.
        write: Carries out a write to the store.
    """

    def __init__(
        self,
        study: optuna.Study,
        asked: Asked,
        memory: Memory,
        every: Sequence[Params] | None,
        write: Write,
    ) -> None:
        # The storages are reached as optuna-dashboard does: a study offers no public way to write
        # to a running trial.
        self.study, self.stored = study._study_id, study._storage
        self.asked, self.memory, self.write, self.notes = asked, memory, write, memory.notes
        past = self.stored.get_all_trials(self.study, deepcopy=False)
        self.ids = {t.number: t._trial_id for t in past}
        seen = {key_of(t.params) for t in memory.study.get_trials(deepcopy=False)}
        self.tries: set[int] = set()
        self.left = None if every is None else {key_of(p) for p in every} - seen
        cut = [t for t in past if not t.state.is_finished()]
        self.again = [t for t in cut if self._is_whole(t.params)]
        for trial in cut:
            if (
                trial not in self.again
            ):  # killed while its parameters were written, by an earlier release
                self.tell(
                    trial.number,
                    TrialStatus.INTERRUPTED,
                    None,
                    {"error": "cut short before its parameters were written"},
                )

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Start a trial; return its number and params, or None where every configuration was tried."""
        if self.again:
            return self._once_more(self.again.pop(0))
        number = self.memory.count
        if self.left is not None and not self.left and number:
            return None
        drawn = self.memory.ask()
        if self.left is not None:
            self.left.discard(key_of(drawn.params))
        trial = create_trial(
            state=TrialState.RUNNING, params=drawn.params, distributions=drawn.distributions
        )
        trial.number = number
        self.write(partial(self._create, trial))
        self._mirror()
        return number, self.asked.decode(drawn.params)

    def _once_more(self, trial: FrozenTrial) -> tuple[int, dict[str, Any]]:
        trial_id = trial._trial_id
        if trial.state is TrialState.RUNNING:  # only a trial that waits can begin anew
            self.write(partial(self.stored.set_trial_state_values, trial_id, TrialState.WAITING))
        self.write(partial(self.stored.set_trial_state_values, trial_id, TrialState.RUNNING))
        return trial.number, self.asked.decode(trial.params)

    def _is_whole(self, encoded: Params) -> bool:
        params = self.asked.decode(encoded)
        return all(
            n in params or not self.asked.space.active(n, params) for n in self.asked.space.order
        )

    def _create(self, trial: FrozenTrial) -> None:
        """Write a new trial, unless an earlier try that seemed to fail has written it."""
        number = trial.number
        if number in self.tries and number < len(
            self.stored.get_all_trials(self.study, deepcopy=False)
        ):
            self.ids[number] = self.stored.get_trial_id_from_study_id_trial_number(
                self.study, number
            )
            return
        self.tries.add(number)
        self.ids[number] = self.stored.create_new_trial(self.study, template_trial=trial)
        self.tries.discard(number)

    def _mirror(self) -> None:
        """Write what the sampler noted of the whole study."""
        for key, value in self.memory.notes.items():
            if self.notes.get(key) != value:
                self.notes[key] = value
                self.write(partial(self.stored.set_study_system_attr, self.study, key, value))

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the trial is to stop, or nothing."""
        self.write(lambda: self.stored.set_trial_intermediate_value(self.ids[number], step, value))
        return self.memory.report(number, step, value)

    def tell(
        self, number: int, status: TrialStatus, value: float | None, details: Mapping[str, Any]
    ) -> None:
        """Take a trial's end and write what the record keeps of it."""
        state = STATES.get(status, TrialState.FAIL)
        value = value if state is TrialState.COMPLETE else None
        self.memory.tell(number, state, value)
        # Of a plain finished trial Optuna's own state and times say it all; a write costs more than
        # a fast trial.
        if state is not TrialState.COMPLETE or set(details) - {"seconds"}:
            kept = {"status": str(status), **details}
            self.write(lambda: self._once(self.stored.set_trial_user_attr, number, DETAILS, kept))
        self.write(
            lambda: self._once(
                self.stored.set_trial_state_values,
                number,
                state,
                None if value is None else [value],
            )
        )

    def put_back(self, number: int) -> None:
        """Take a trial that was cut short: it waits, to be given again when the job is gone on with."""
        self.write(lambda: self.stored.set_trial_state_values(self.ids[number], TrialState.WAITING))

    def _once(self, write: Callable[..., object], number: int, *what: Any) -> None:
        """Write to a trial, unless a try that seemed to fail has ended it."""
        try:
            write(self.ids[number], *what)
        except optuna.exceptions.UpdateFinishedTrialError:
            return
