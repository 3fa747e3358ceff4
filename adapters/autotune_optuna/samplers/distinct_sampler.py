"""A sampler that draws configurations by another sampler: each one legal and new.

Conditions hold, no configuration is repeated, and none is forbidden.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.samplers import BaseSampler, QMCSampler, RandomSampler
from optuna.trial import FrozenTrial, TrialState

from autotune.workers.seeds import SAMPLER, trial_seed
from autotune_optuna.private import generators_of, study_key

Params = dict[str, Any]
Define = Callable[[Callable[[str], Any]], object]
DRAWS = 5
LEGAL_DRAWS = 2000


class DistinctSampler(BaseSampler):
    """Draws configurations by another sampler, each one new and legal, from a seed of each trial.

    What a trial draws depends on the seed, its number and the results before it, whichever process
    draws it and however often a study was resumed. Where the other sampler repeats itself, as one
    that has converged does, a random new configuration is drawn.

    Args:
        sampler: Suggests values: jointly where it can, else parameter by parameter.
        space: The distributions of all parameters.
        define: Asks ``suggest(name)`` for each parameter in use.
        allows: Whether parameters are legal together.
        grid: All configurations of a finite space; None where there are too many.
        before: Trials at the study's beginning that do not count in the seeds' numbering.
        seed: The seed of all random numbers; where None, ``sampler`` keeps its generators.
    """

    def __init__(
        self,
        sampler: BaseSampler,
        space: Mapping[str, BaseDistribution],
        define: Define,
        *,
        allows: Callable[[Params], bool] | None = None,
        grid: Sequence[Params] | None = None,
        before: int = 0,
        seed: int | None = None,
    ) -> None:
        self.sampler, self.space, self.define, self.allows = sampler, dict(space), define, allows
        self.grid, self.before, self.seed = grid, before, seed
        parts = [sampler, *(p for p in vars(sampler).values() if isinstance(p, BaseSampler))]
        self._generators = generators_of(parts)
        self._study_key: object = None

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """Return the whole space: all parameters are drawn together."""
        return self.space

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: Mapping[str, BaseDistribution]
    ) -> Params:
        """Return a configuration, new and legal if any remains; {} for an enqueued trial."""
        if "fixed_params" in trial.system_attrs:
            return {}
        number, seen = trial.number - self.before, self._seen(study, trial)
        self._reseed(number)
        candidates = (self._draw(self.sampler, study, trial) for _ in range(DRAWS))
        new = next((p for p in candidates if key_of(p) not in seen and self._is_legal(p)), None)
        return new or self._draw_random(study, trial, number, seen)

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Draw a parameter that an enqueued configuration leaves open."""
        value = self.sampler.sample_independent(study, trial, param_name, param_distribution)
        return within(param_distribution, value)

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        """Tell the other sampler that a trial begins."""
        self.sampler.before_trial(study, trial)

    def after_trial(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Tell the other sampler how a trial ended."""
        self.sampler.after_trial(study, trial, state, values)

    def reseed_rng(self) -> None:
        """Reseed the other sampler, as Optuna does in each of several threads."""
        self.sampler.reseed_rng()

    def _reseed(self, number: int) -> None:
        if self.seed is not None:
            for generator in self._generators:
                generator.rng.seed(trial_seed(self.seed, number, SAMPLER))

    def _seen(self, study: optuna.Study, trial: FrozenTrial) -> set[Any]:
        """Return the keys of all other trials' parameters."""
        key = study_key(study)
        if self._study_key != key:
            self._study_key, self._scanned, self._tried = key, 0, set()
        trials = study.get_trials(deepcopy=False)
        # Finished trials never change, so each of them is looked at once.
        while self._scanned < len(trials) and trials[self._scanned].state.is_finished():
            self._tried.add(key_of(trials[self._scanned].params))
            self._scanned += 1
        unfinished = (t for t in trials[self._scanned :] if t.number != trial.number)
        return self._tried.union(key_of(t.params) for t in unfinished)

    def _is_legal(self, params: Params) -> bool:
        return self.allows is None or self.allows(params)

    def _draw(self, sampler: BaseSampler, study: optuna.Study, trial: FrozenTrial) -> Params:
        """Return what a sampler suggests: jointly where it can, else parameter by parameter."""
        joint = self._draw_together(sampler, study, trial)
        params: Params = {}

        def suggest(name: str) -> Any:
            distribution = self.space[name]
            if name in joint or distribution.single():
                value = joint.get(name, _first_value(distribution))
            else:
                value = sampler.sample_independent(study, trial, name, distribution)
            params[name] = within(distribution, value)
            return params[name]

        self.define(suggest)
        return params

    def _draw_together(
        self, sampler: BaseSampler, study: optuna.Study, trial: FrozenTrial
    ) -> Params:
        """Return the parameters that a sampler draws together; of a sequence, all of them.

        Optuna's sampler of sequences waits for a finished trial, and leaves out what that lacks.
        """
        if not isinstance(sampler, QMCSampler):
            space = sampler.infer_relative_search_space(study, trial)
            return dict(sampler.sample_relative(study, trial, space))
        drawn = {name: d for name, d in self.space.items() if not d.single()}
        numbers: dict[str, BaseDistribution] = {
            name: FloatDistribution(0, len(d.choices))
            if isinstance(d, CategoricalDistribution)
            else d
            for name, d in drawn.items()
        }
        point = sampler.sample_relative(study, trial, numbers)
        return {
            name: d.choices[min(int(point[name]), len(d.choices) - 1)]
            if isinstance(d, CategoricalDistribution)
            else point[name]
            for name, d in drawn.items()
        }

    def _draw_random(
        self, study: optuna.Study, trial: FrozenTrial, number: int, seen: set[Any]
    ) -> Params:
        """Return a random legal configuration, a new one if any remains."""
        generator = random.Random(number)
        remaining = [p for p in self.grid or () if key_of(p) not in seen]
        if remaining:
            return dict(generator.choice(remaining))
        sampler = RandomSampler(generator.randrange(2**32))
        candidates = [self._draw(sampler, study, trial) for _ in range(DRAWS * 4)]
        legal = [p for p in candidates if self._is_legal(p)]
        further = (self._draw(sampler, study, trial) for _ in range(LEGAL_DRAWS))
        legal = legal or [next((p for p in further if self._is_legal(p)), candidates[-1])]
        return next((p for p in legal if key_of(p) not in seen), legal[-1])


def within(distribution: BaseDistribution, value: Any) -> Any:
    """Return a drawn value inside its range.

    Before Optuna 5, the logarithm of an end and back again could lie just outside.
    """
    if isinstance(distribution, FloatDistribution):
        return min(max(value, distribution.low), distribution.high)
    return value


def used_params(
    define: Define, space: Mapping[str, BaseDistribution], params: Mapping[str, Any]
) -> Params:
    """Return those of some parameters that are in use, as their conditions hold."""
    used: Params = {}

    def suggest(name: str) -> Any:
        if name in params:
            used[name] = params[name]
        return used.get(name, _first_value(space[name]))

    define(suggest)
    return used


def configurations(define: Define, space: Mapping[str, BaseDistribution]) -> Iterator[Params]:
    """Yield each configuration of a finite space; the parameter suggested last changes first."""
    indices: list[int] = []
    while True:
        params, counts = _configuration_at(define, space, indices)
        yield params
        while indices and indices[-1] + 1 == counts[len(indices) - 1]:
            indices.pop()
        if not indices:
            return
        indices[-1] += 1


def _configuration_at(
    define: Define, space: Mapping[str, BaseDistribution], indices: list[int]
) -> tuple[Params, list[int]]:
    """Return the configuration at the parameters' indices, and each parameter's number of values.

    ``indices`` is extended by a zero for each further parameter that is suggested.
    """
    params: Params = {}
    counts: list[int] = []

    def suggest(name: str) -> Any:
        values = values_of(space[name])
        if len(counts) == len(indices):
            indices.append(0)
        params[name] = values[indices[len(counts)]]
        counts.append(len(values))
        return params[name]

    define(suggest)
    return params, counts


def values_of(distribution: Any) -> Sequence[Any]:
    """Return all values of a finite distribution."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    low, high, step = distribution.low, distribution.high, distribution.step
    if low >= high:
        return [low]
    return [min(low + i * step, high) for i in range(round((high - low) / step) + 1)]


def _first_value(distribution: Any) -> Any:
    """Return a distribution's first value."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[0]
    return distribution.low


def key_of(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return parameters as a hashable key; equal parameters have equal keys."""
    return tuple(sorted(params.items()))
