"""One job's search on an Optuna study: draws configurations from its sampler, none twice, and writes how they went."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from autotune.encode import Asked, Primitive, encode

DRAWS = 5
STATES = {"finished": TrialState.COMPLETE, "stopped": TrialState.PRUNED}
DETAILS = "autotune"
Params = dict[str, Any]


class OptunaSearch:
    """Draws configurations from a study's sampler and writes each trial whole, when it starts and when it ends.

    A configuration that was tried, or that the estimator refuses, is drawn anew before its parameters are written, so it
    leaves no trace and takes no number. One process alone may search a study.

    Args:
        study: The study, with its sampler and pruner set.
        asked: The plan's space.
        first: Parameters to try before the sampler is asked.
        every: All parameters of a finite space, or None.
        distribution: Returns Optuna's distribution of a primitive parameter.
    """

    def __init__(
        self, study: optuna.Study, asked: Asked, first: list[Params], every: list[Params] | None,
        distribution: Callable[[Primitive], BaseDistribution],
    ) -> None:  # fmt: skip
        self.study = study
        self.asked = asked
        self.distribution = distribution
        # The storage is reached as optuna-dashboard does: a study offers no public way to write to a running trial.
        self.storage = study._storage
        self.primitives = {name: p for _, _, ps in asked.order for name, p in ps.items()}
        past = study.get_trials(deepcopy=False)
        self.count = len(past)
        self.tried = {_key(t.params) for t in past}
        self.first = [p for p in first if _key(p) not in self.tried]
        self.left = None if every is None else {k: p for p in every if (k := _key(p)) not in self.tried}

    def ask(self) -> tuple[int, dict[str, Any]] | None:
        """Start a new trial; return its number and settings, or None where every configuration was tried."""
        if self.left is not None and not self.left and self.count:
            return None
        params = self._first()
        params = self._whole(params) if params is not None else self._drawn()
        number, self.count = self.count, self.count + 1
        self.tried.add(_key(params))
        if self.left is not None:
            self.left.pop(_key(params), None)
        return number, self.asked.decode(params)

    def _first(self) -> Params | None:
        while self.first:
            params = self.first.pop(0)
            if _key(params) not in self.tried:
                return params
        return None

    def _whole(self, params: Params) -> Params:
        """Start a trial whose parameters are known, in one write."""
        distributions = {name: self.distribution(self.primitives[name]) for name in params}
        self.study.add_trial(create_trial(state=TrialState.RUNNING, params=params, distributions=distributions))
        return params

    def _drawn(self) -> Params:
        """Start a trial, draw its parameters until they are new and legal, and write them once."""
        trial_id = self.storage.create_new_trial(self.study._study_id)
        trial = self.storage.get_trial(trial_id)
        self.study.sampler.before_trial(self.study, trial)
        drawn = (self._draw(trial) for _ in range(DRAWS))
        params = next((p for p in drawn if self._is_new(p)), None) or self._any_new()
        for name, value in params.items():
            distribution = self.distribution(self.primitives[name])
            self.storage.set_trial_param(trial_id, name, distribution.to_internal_repr(value), distribution)
        return params

    def _is_new(self, params: Params) -> bool:
        return (_key(params) not in self.tried or self.count == 0) and self.asked.space.allows(self.asked.decode(params))

    def _draw(self, trial: FrozenTrial) -> Params:
        """Return what the sampler suggests: jointly where it can, else parameter by parameter."""
        sampler = self.study.sampler
        joint = sampler.sample_relative(self.study, trial, sampler.infer_relative_search_space(self.study, trial))
        params: Params = {}

        def suggest(name: str, primitive: Primitive) -> Any:
            distribution = self.distribution(primitive)
            single = distribution.single()
            if name not in joint:
                joint[name] = (
                    _only(distribution) if single else sampler.sample_independent(self.study, trial, name, distribution)
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
        return next((p for p in drawn if _key(p) not in self.tried), drawn[-1])

    def report(self, number: int, step: int, value: float) -> bool:
        """Take an intermediate value; return whether the study's pruner says to stop."""
        trial_id = self._id(number)
        self.storage.set_trial_intermediate_value(trial_id, step, value)
        return self.study.pruner.prune(self.study, self.storage.get_trial(trial_id))

    def tell(self, number: int, status: str, value: float | None, details: Mapping[str, Any]) -> None:
        """Take a trial's end and write what the record keeps of it."""
        state = STATES.get(status, TrialState.FAIL)
        # Of a plain finished trial Optuna's own state and times say it all; a write costs more than a fast trial.
        if state is not TrialState.COMPLETE or set(details) - {"seconds"}:
            self.storage.set_trial_user_attr(self._id(number), DETAILS, {"status": status, **details})
        self.study.tell(number, value if state is TrialState.COMPLETE else None, state=state)

    def _id(self, number: int) -> int:
        return self.storage.get_trial_id_from_study_id_trial_number(self.study._study_id, number)


def _only(distribution: BaseDistribution) -> Any:
    """Return the value of a distribution that has a single one, which no sampler is asked for."""
    return distribution.choices[0] if isinstance(distribution, CategoricalDistribution) else distribution.low  # type: ignore[attr-defined]


def _key(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(params.items()))
