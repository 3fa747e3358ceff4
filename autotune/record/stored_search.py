"""One job's search and its record: what an engine draws is written to the store."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState, create_trial

from autotune.engines.members import check_members
from autotune.engines.seam import ConstrainedSearch, Executable, JobHistory, PastTrial, Search
from autotune.plan.spec import PlanSpec
from autotune.record.distributions import distributions
from autotune.record.internals import storage_of, study_id, trial_id
from autotune.record.status import TrialStatus
from autotune.record.trial import DETAILS
from autotune.space.parameters import ParameterDecoder

STATES = {TrialStatus.FINISHED: TrialState.COMPLETE, TrialStatus.STOPPED: TrialState.PRUNED}
STATUSES = {
    TrialState.COMPLETE: "finished",
    TrialState.PRUNED: "stopped",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "running",
}
LOST = "cut short before its parameters were written"

Write = Callable[[Callable[[], object]], None]
"""Carries out one write to the store, now or as soon as the store takes it."""


class StoredSearch:
    """Asks an engine's search and writes the job's trials; a study that has trials is continued.

    A trial is drawn before it is written, so it is never half in the store. One that was cut short
    is returned again, under its own number, before any new one.

    Args:
        study: The job's study in its store.
        plan: The plan that the job carries out.
        compiled: The plan, compiled for the job's engine.
        write: Carries out a write to the store.

    Raises:
        EngineError: if the engine's search lacks a member of the seam.
    """

    def __init__(
        self, study: optuna.Study, plan: PlanSpec, compiled: Executable, write: Write
    ) -> None:
        self.storage, self.study_id, self.write = storage_of(study), study_id(study), write
        self.decoder, self.distributions = ParameterDecoder(plan.space), distributions(plan)
        past = self.storage.get_all_trials(self.study_id, deepcopy=False)
        self.count = len(past)
        self.ids = {trial.number: trial_id(trial) for trial in past}
        self.unsure: set[int] = set()  # trials whose creation failed, or only seemed to fail
        notes = dict(self.storage.get_study_system_attrs(self.study_id))
        self.search: Search = compiled.search(JobHistory([_past(trial) for trial in past], notes))
        role = f"the search of {type(compiled).__name__}"
        check_members(self.search, Search, role)
        if plan.constraints:
            check_members(self.search, ConstrainedSearch, role)
        self.notes = dict(self.search.notes)
        unfinished = [trial for trial in past if not trial.state.is_finished()]
        self.again = [trial for trial in unfinished if self._is_complete(trial.params)]
        for trial in unfinished:
            if trial not in self.again:  # killed while an earlier release wrote its parameters
                self.tell(trial.number, TrialStatus.INTERRUPTED, None, {"error": LOST})

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Start a trial.

        Returns:
            Its number and hyperparameters; None where every configuration was tried.
        """
        if self.again:
            return self._start_again(self.again.pop(0))
        encoded = self.search.ask()
        if encoded is None:
            return None
        number, self.count = self.count, self.count + 1
        trial = create_trial(
            state=TrialState.RUNNING,
            params=dict(encoded),
            distributions={name: self.distributions[name] for name in encoded},
        )
        trial.number = number
        self.write(partial(self._create, trial))
        self._write_notes()
        return number, self.decoder.decode(encoded)

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the trial is to stop, or an empty text."""
        self.write(lambda: self.storage.set_trial_intermediate_value(self.ids[number], step, value))
        return self.search.report(number, step, value)

    def tell(
        self, number: int, status: TrialStatus, value: float | None, details: Mapping[str, Any]
    ) -> None:
        """Take a trial's end, and write what the record keeps of it."""
        state = STATES.get(status, TrialState.FAIL)
        value = value if state is TrialState.COMPLETE else None
        if constraints := _amounts(details):
            self.search.constrain(number, constraints)  # type: ignore[attr-defined]
        self.search.tell(number, STATUSES[state], value)
        # Of a plain finished trial Optuna's own state and times say it all; a write costs more than
        # a fast trial.
        if state is not TrialState.COMPLETE or set(details) - {"seconds"}:
            entry = {"status": str(status), **details}
            self.write(lambda: self._once(self.storage.set_trial_user_attr, number, DETAILS, entry))
        values = None if value is None else [value]
        self.write(lambda: self._once(self.storage.set_trial_state_values, number, state, values))

    def put_back(self, number: int) -> None:
        """Take a trial that was cut short: it waits until the job is resumed."""
        waits = TrialState.WAITING
        self.write(lambda: self.storage.set_trial_state_values(self.ids[number], waits))

    def _start_again(self, trial: FrozenTrial) -> tuple[int, dict[str, Any]]:
        change = partial(self.storage.set_trial_state_values, trial_id(trial))
        if trial.state is TrialState.RUNNING:  # only a trial that waits can be started
            self.write(partial(change, TrialState.WAITING))
        self.write(partial(change, TrialState.RUNNING))
        return trial.number, self.decoder.decode(trial.params)

    def _is_complete(self, encoded: Mapping[str, object]) -> bool:
        """Return whether a configuration has all hyperparameters that are in use."""
        params, space = self.decoder.decode(encoded), self.decoder.space
        return all(name in params or not space.active(name, params) for name in space.order)

    def _create(self, trial: FrozenTrial) -> None:
        """Write a new trial, unless an earlier try that seemed to fail has written it."""
        number = trial.number
        if number in self.unsure:
            stored = self.storage.get_all_trials(self.study_id, deepcopy=False)
            if number < len(stored):
                self.ids[number] = self.storage.get_trial_id_from_study_id_trial_number(
                    self.study_id, number
                )
                return
        self.unsure.add(number)
        self.ids[number] = self.storage.create_new_trial(self.study_id, template_trial=trial)
        self.unsure.discard(number)

    def _write_notes(self) -> None:
        """Write what the search noted since the last trial."""
        for key, value in self.search.notes.items():
            if self.notes.get(key) != value:
                self.notes[key] = value
                self.write(partial(self.storage.set_study_system_attr, self.study_id, key, value))

    def _once(self, write: Callable[..., object], number: int, *arguments: object) -> None:
        """Write to a trial, unless a try that seemed to fail has ended it."""
        try:
            write(self.ids[number], *arguments)
        except optuna.exceptions.UpdateFinishedTrialError:
            return


def _past(trial: FrozenTrial) -> PastTrial:
    """Return a stored trial as engines see it."""
    status = STATUSES[trial.state]
    value = trial.value if trial.state is TrialState.COMPLETE else None
    amounts = _amounts(trial.user_attrs.get(DETAILS, {}))
    return PastTrial(trial.number, trial.params, status, value, trial.intermediate_values, amounts)


def _amounts(details: Mapping[str, Any]) -> dict[str, float]:
    """Return by how much a trial is beyond each constraint; by any amount is infinity."""
    recorded: Mapping[str, float | None] = details.get("constraints") or {}
    return {name: math.inf if amount is None else amount for name, amount in recorded.items()}
