"""A sampler that draws whole configurations by another one: conditions hold, none comes twice, none is forbidden."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.trial import FrozenTrial, TrialState

from autotune.workers.seeds import SAMPLER, trial_seed

Params = dict[str, Any]
Define = Callable[[Callable[[str], Any]], object]
DRAWS = 5


class DistinctSampler(BaseSampler):
    """Draws whole configurations by another sampler, each one new and legal, from random numbers of the trial's own.

    What a trial draws depends on the seed, its number and the results before it, whichever process
    draws it and however often a study was gone on with. Where the other sampler repeats itself, as
    one that has converged does, a random new configuration is drawn.

    Args:
        sampler: Suggests values: jointly where it can, else parameter by parameter.
        space: The distributions of all parameters.
        define: Asks ``suggest(name)`` for each parameter in use.
        allows: Whether parameters are legal together.
        every: All parameters of a finite space.
        before: Trials at the study's beginning that take no numbers.
        seed: Of all random numbers; the sampler's own where None.
    """

    def __init__(
        self,
        sampler: BaseSampler,
        space: Mapping[str, BaseDistribution],
        define: Define,
        *,
        allows: Callable[[Params], bool] | None = None,
        every: Sequence[Params] | None = None,
        before: int = 0,
        seed: int | None = None,
    ) -> None:
        self.sampler, self.space, self.define, self.allows = sampler, dict(space), define, allows
        self.every, self.before, self.seed = every, before, seed
        # Optuna's own reseeding takes no seed, so the generators are reached where samplers keep
        # them.
        parts = [sampler, *(p for p in vars(sampler).values() if isinstance(p, BaseSampler))]
        self._generators = [p._rng for p in parts if hasattr(p, "_rng")]
        self._of: object = None

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """Return the whole space: all parameters are drawn together."""
        return self.space

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: Mapping[str, BaseDistribution]
    ) -> Params:
        """Return a configuration, new and legal where one is left; none for a trial that was enqueued with one."""
        if "fixed_params" in trial.system_attrs:
            return {}
        number, seen = trial.number - self.before, self._seen(study, trial)
        self._reseed(number)
        drawn = (self._drawn(self.sampler, study, trial) for _ in range(DRAWS))
        found = next((p for p in drawn if key_of(p) not in seen and self._is_legal(p)), None)
        return found or self._random(study, trial, number, seen)

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Draw a parameter that an enqueued configuration leaves open."""
        return self.sampler.sample_independent(study, trial, param_name, param_distribution)

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
        """Return the keys of all other trials' parameters; those of trials that ended are looked at once."""
        if self._of != (study._storage, study._study_id):
            self._of, self._looked, self._tried = (study._storage, study._study_id), 0, set()
        past = study.get_trials(deepcopy=False)
        while self._looked < len(past) and past[self._looked].state.is_finished():
            self._tried.add(key_of(past[self._looked].params))
            self._looked += 1
        return self._tried.union(
            key_of(t.params) for t in past[self._looked :] if t.number != trial.number
        )

    def _is_legal(self, params: Params) -> bool:
        return self.allows is None or self.allows(params)

    def _drawn(self, sampler: BaseSampler, study: optuna.Study, trial: FrozenTrial) -> Params:
        """Return what a sampler suggests: jointly where it can, else parameter by parameter."""
        joint = sampler.sample_relative(
            study, trial, sampler.infer_relative_search_space(study, trial)
        )
        params: Params = {}

        def suggest(name: str) -> Any:
            distribution = self.space[name]
            if name in joint or distribution.single():
                params[name] = joint.get(name, _only(distribution))
            else:
                params[name] = sampler.sample_independent(study, trial, name, distribution)
            return params[name]

        self.define(suggest)
        return params

    def _random(
        self, study: optuna.Study, trial: FrozenTrial, number: int, seen: set[Any]
    ) -> Params:
        """Return a random legal configuration, a new one where one is left."""
        generator = random.Random(number)
        left = [p for p in self.every or () if key_of(p) not in seen]
        if left:
            return dict(generator.choice(left))
        sampler = RandomSampler(generator.randrange(2**32))
        drawn = [self._drawn(sampler, study, trial) for _ in range(DRAWS * 4)]
        legal = [p for p in drawn if self._is_legal(p)] or drawn
        return next((p for p in legal if key_of(p) not in seen), legal[-1])


def asked_for(
    define: Define, space: Mapping[str, BaseDistribution], params: Mapping[str, Any]
) -> Params:
    """Return those of some parameters that are in use together."""
    kept: Params = {}

    def suggest(name: str) -> Any:
        if name in params:
            kept[name] = params[name]
        return kept.get(name, _only(space[name]))

    define(suggest)
    return kept


def configurations(define: Define, space: Mapping[str, BaseDistribution]) -> Iterator[Params]:
    """Yield every configuration of a finite space; what is asked for last changes first."""
    places: list[int] = []
    while True:
        params, counts = _at(define, space, places)
        yield params
        while places and places[-1] + 1 == counts[len(places) - 1]:
            places.pop()
        if not places:
            return
        places[-1] += 1


def _at(
    define: Define, space: Mapping[str, BaseDistribution], places: list[int]
) -> tuple[Params, list[int]]:
    """Return the configuration at some places, which grow by one for each further parameter, and how many there are of each."""
    params: Params = {}
    counts: list[int] = []

    def suggest(name: str) -> Any:
        values = values_of(space[name])
        if len(counts) == len(places):
            places.append(0)
        params[name] = values[places[len(counts)]]
        counts.append(len(values))
        return params[name]

    define(suggest)
    return params, counts


def values_of(distribution: Any) -> Sequence[Any]:
    """Return all values of a finite distribution."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    low, high, step = distribution.low, distribution.high, distribution.step
    return (
        [min(low + i * step, high) for i in range(round((high - low) / step) + 1)]
        if low < high
        else [low]
    )


def _only(distribution: Any) -> Any:
    """Return a distribution's first value."""
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[0]
    return distribution.low


def key_of(params: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return parameters as a key to know them again by."""
    return tuple(sorted(params.items()))
