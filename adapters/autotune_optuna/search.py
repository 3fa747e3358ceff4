"""One job's search: draws configurations from Optuna's samplers, none twice, and writes each trial whole to the job's study.

The samplers look at a study in memory, not at the stored one. So drawing costs the same with any store, a store that is
away for a while holds nothing up, and a deterministic job can show its sampler results in the order of their numbers.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from autotune.encode import Asked, Primitive, encode
from autotune.record.storage import quiet
from autotune.record.trial import DETAILS

DRAWS = 5
PRUNED = "the pruner stopped it"
STATES = {"finished": TrialState.COMPLETE, "stopped": TrialState.PRUNED}
Params = dict[str, Any]
Write = Callable[[Callable[[], object]], None]


class OptunaSearch:
    """Asks samplers, remembers what was tried, and writes; a study that has trials already is gone on with.

    A configuration that was tried, or that the estimator refuses, is drawn anew before its trial is written, so it leaves
    no trace and takes no number. A trial that was cut short is given again, under its own number, before any new one.

    Args:
        study: The job's study in its store.
        asked: The plan's space.
        first: Parameters to try before a sampler is asked.
        every: All parameters of a finite space, or None.
        distribution: Returns Optuna's distribution of a primitive parameter.
        sampler: Returns the sampler that draws the trial of a number.
        pruner: Decides which trials end at a report.
        known: Other jobs' trials, known from the start and not tried again, which take no numbers.
        lag: How many trials before the one to draw the sampler may not know yet; 0 where it knows all that ended.
        write: Carries out a write to the store.
    """

    def __init__(
        self, study: optuna.Study, asked: Asked, first: list[Params], every: list[Params] | None, *,
        distribution: Callable[[Primitive], BaseDistribution], sampler: Callable[[int], optuna.samplers.BaseSampler],
        pruner: optuna.pruners.BasePruner, known: Sequence[FrozenTrial], lag: int, write: Write,
    ) -> None:  # fmt: skip
        self.asked, self.distribution, self.sampler, self.lag, self.write = asked, distribution, sampler, lag, write
        # The storages are reached as optuna-dashboard does: a study offers no public way to write to a running trial.
        self.study, self.stored = study._study_id, study._storage
        with quiet():
            self.memory = optuna.create_study(direction=study.direction, pruner=pruner)
        self.memory_id, self.remembered = self.memory._study_id, self.memory._storage
        self.primitives = {name: p for _, _, ps in asked.order for name, p in ps.items()}
        self.notes: dict[str, Any] = {}
        for key, value in self.stored.get_study_system_attrs(self.study).items():
            self.remembered.set_study_system_attr(self.memory_id, key, value)
            self.notes[key] = value
        self.memory.add_trials(known)
        self.known = {_key(t.params) for t in known}
        self.before = len(known)
        past = self.stored.get_all_trials(self.study, deepcopy=False)
        self.count = len(past)
        self.ids = {t.number: t._trial_id for t in past}
        self.tried = {_key(t.params) for t in past}
        self.first = [p for p in first if _key(p) not in self.tried]
        self.left = None if every is None else {_key(p): p for p in every if not self._is_seen(p)}
        self.tries: set[int] = set()
        self.ended: dict[int, tuple[TrialState, float | None]] = {}
        cut = [t for t in past if not t.state.is_finished()]
        self.again = [t for t in cut if self._is_whole(t.params)]
        for trial in past:
            self._recall(trial)
        for trial in cut:
            if trial not in self.again:  # killed while its parameters were written, by an earlier release
                self.tell(trial.number, "interrupted", None, {"error": "cut short before its parameters were written"})

    def _recall(self, trial: FrozenTrial) -> None:
        """Bring a stored trial to memory; its end is learnt where it would have been."""
        state = trial.state if trial.state.is_finished() else TrialState.RUNNING
        later = state.is_finished() and trial.number > self.count - self.lag
        if later:
            self.ended[trial.number] = (state, trial.value if state is TrialState.COMPLETE else None)
        self.memory.add_trial(
            create_trial(
                state=TrialState.RUNNING if later else state,
                value=trial.value if state is TrialState.COMPLETE and not later else None,
                params=trial.params,
                distributions=trial.distributions,
                intermediate_values=trial.intermediate_values,
            )
        )

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Start a trial; return its number and settings, or None where every configuration was tried."""
        if self.again:
            return self._once_more(self.again.pop(0))
        if self.left is not None and not self.left and self.count:
            return None
        self._learn()
        params = self._first()
        params = self._whole(params) if params is not None else self._drawn()
        number, self.count = self.count, self.count + 1
        self.tried.add(_key(params))
        if self.left is not None:
            self.left.pop(_key(params), None)
        self.write(partial(self._create, number, self._trial(params)))
        self._mirror()
        return number, self.asked.decode(params)

    def _once_more(self, trial: FrozenTrial) -> tuple[int, dict[str, Any]]:
        trial_id = trial._trial_id
        if trial.state is TrialState.RUNNING:  # only a trial that waits can begin anew
            self.write(partial(self.stored.set_trial_state_values, trial_id, TrialState.WAITING))
        self.write(partial(self.stored.set_trial_state_values, trial_id, TrialState.RUNNING))
        return trial.number, self.asked.decode(trial.params)

    def _learn(self) -> None:
        """Let the sampler know how trials ended, in the order of their numbers, up to the lag."""
        for number in sorted(n for n in self.ended if n <= self.count - self.lag):
            state, value = self.ended.pop(number)
            self.memory.tell(number + self.before, value, state)

    def _first(self) -> Params | None:
        while self.first:
            params = self.first.pop(0)
            if _key(params) not in self.tried:
                return params
        return None

    def _trial(self, params: Params) -> FrozenTrial:
        distributions = {name: self.distribution(self.primitives[name]) for name in params}
        return create_trial(state=TrialState.RUNNING, params=params, distributions=distributions)

    def _whole(self, params: Params) -> Params:
        """Remember a trial whose parameters are known."""
        self.memory.add_trial(self._trial(params))
        return params

    def _drawn(self) -> Params:
        """Remember a trial, with parameters drawn until they are new and legal."""
        self.memory.sampler = self.sampler(self.count)
        trial_id = self.remembered.create_new_trial(self.memory_id)
        trial = self.remembered.get_trial(trial_id)
        self.memory.sampler.before_trial(self.memory, trial)
        drawn = (self._draw(trial) for _ in range(DRAWS))
        params = next((p for p in drawn if self._is_new(p)), None) or self._any_new()
        for name, value in params.items():
            distribution = self.distribution(self.primitives[name])
            self.remembered.set_trial_param(trial_id, name, distribution.to_internal_repr(value), distribution)
        return params

    def _is_whole(self, params: Params) -> bool:
        settings = self.asked.decode(params)
        return all(n in settings or not self.asked.space.active(n, settings) for n in self.asked.space.order)

    def _is_seen(self, params: Params) -> bool:
        return _key(params) in self.tried or _key(params) in self.known

    def _is_new(self, params: Params) -> bool:
        return (not self._is_seen(params) or self.count == 0) and self.asked.space.allows(self.asked.decode(params))

    def _draw(self, trial: FrozenTrial) -> Params:
        """Return what the sampler suggests: jointly where it can, else parameter by parameter."""
        sampler = self.memory.sampler
        joint = sampler.sample_relative(self.memory, trial, sampler.infer_relative_search_space(self.memory, trial))
        params: Params = {}

        def suggest(name: str, primitive: Primitive) -> Any:
            distribution = self.distribution(primitive)
            single = distribution.single()
            if name not in joint:
                joint[name] = (
                    _only(distribution) if single else sampler.sample_independent(self.memory, trial, name, distribution)
                )
            params[name] = joint[name]
            return params[name]

        self.asked.settings(suggest)
        return params

    def _any_new(self) -> Params:
        """Return a random configuration, a new one where one is left; a sampler that has converged repeats itself."""
        generator = random.Random(self.count)
        if self.left:
            return generator.choice(list(self.left.values()))
        drawn = [encode(self.asked.space, self.asked.space.sample(generator)) for _ in range(DRAWS)]
        return next((p for p in drawn if not self._is_seen(p)), drawn[-1])

    def _create(self, number: int, trial: FrozenTrial) -> None:
        """Write a new trial, unless an earlier try that seemed to fail has written it."""
        if number in self.tries and number < len(self.stored.get_all_trials(self.study, deepcopy=False)):
            self.ids[number] = self.stored.get_trial_id_from_study_id_trial_number(self.study, number)
            return
        self.tries.add(number)
        self.ids[number] = self.stored.create_new_trial(self.study, template_trial=trial)
        self.tries.discard(number)

    def _mirror(self) -> None:
        """Write what the sampler noted of the whole study, such as how far a Sobol sequence has come."""
        for key, value in self.remembered.get_study_system_attrs(self.memory_id).items():
            if self.notes.get(key) != value:
                self.notes[key] = value
                self.write(partial(self.stored.set_study_system_attr, self.study, key, value))

    def report(self, number: int, step: int, value: float) -> str:
        """Take an intermediate value; return why the trial is to stop, or nothing."""
        self.remembered.set_trial_intermediate_value(self._remembered(number), step, value)
        self.write(lambda: self.stored.set_trial_intermediate_value(self.ids[number], step, value))
        pruner = self.memory.pruner
        stops = pruner.prune(self.memory, self.remembered.get_trial(self._remembered(number)))
        return (getattr(pruner, "reason", "") or PRUNED) if stops else ""

    def tell(self, number: int, status: str, value: float | None, details: Mapping[str, Any]) -> None:
        """Take a trial's end and write what the record keeps of it."""
        state = STATES.get(status, TrialState.FAIL)
        value = value if state is TrialState.COMPLETE else None
        self.ended[number] = (state, value)
        # Of a plain finished trial Optuna's own state and times say it all; a write costs more than a fast trial.
        if state is not TrialState.COMPLETE or set(details) - {"seconds"}:
            kept = {"status": status, **details}
            self.write(lambda: self._once(self.stored.set_trial_user_attr, number, DETAILS, kept))
        self.write(lambda: self._once(self.stored.set_trial_state_values, number, state, None if value is None else [value]))

    def put_back(self, number: int) -> None:
        """Take a trial that was cut short: it waits, to be given again when the job is gone on with."""
        self.write(lambda: self.stored.set_trial_state_values(self.ids[number], TrialState.WAITING))

    def _once(self, write: Callable[..., object], number: int, *what: Any) -> None:
        """Write to a trial, unless a try that seemed to fail has ended it."""
        try:
            write(self.ids[number], *what)
        except optuna.exceptions.UpdateFinishedTrialError:
            return

    def _remembered(self, number: int) -> int:
        return self.remembered.get_trial_id_from_study_id_trial_number(self.memory_id, number + self.before)


def _only(distribution: BaseDistribution) -> Any:
    """Return the value of a distribution that has a single one, which no sampler is asked for."""
    return distribution.choices[0] if isinstance(distribution, CategoricalDistribution) else distribution.low  # type: ignore[attr-defined]


def _key(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(params.items()))
