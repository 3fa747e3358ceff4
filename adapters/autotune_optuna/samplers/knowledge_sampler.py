"""An Optuna sampler that starts from what configurations scored on other tasks.

Its surrogate is a Gaussian process with a learned prior, in numpy alone.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.trial import FrozenTrial

from autotune.space.parameters import Labels, Numbers, Primitive
from autotune.surrogate.features import Columns, Params
from autotune.surrogate.gaussian_process import (
    MIN_VALUES,
    Array,
    GaussianProcess,
    Posterior,
    Prior,
    ProcessParameters,
    clip_worst,
    condition,
    expected_improvement,
    fit,
)
from autotune_optuna.samplers.argument_checks import check_cost, check_points, check_scores
from autotune_optuna.samplers.distinct_sampler import Define, key_of, used_params
from autotune_optuna.samplers.observations import best_and_latest, observations, running_params
from autotune_optuna.samplers.random_numbers import RandomNumbers

TOPS = 5  # configurations that others are drawn near to
# Numbers of values at which the process's parameters are fitted again.
FITS = (4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 64, 80, 100, 130, 160, 200, 250, 320, 400, 500)
COST_COOLING = 10  # trials after which a cost counts by half its power
LENGTHSCALE = 0.6
AMPLITUDE = 0.5
NOISE = 0.03


class KnowledgeSampler(optuna.samplers.BaseSampler):
    """Bayesian optimization that first tries good configurations of other tasks.

    It models the objective by a Gaussian process. Where ``scores`` say how ``points`` did on other
    tasks, their mean and covariance over those tasks are its prior: one result shows which of the
    other points are now promising, and which configurations near them. Without points it is a plain
    Gaussian process that begins at random.

    Args:
        space: The parameters' distributions.
        points: Configurations that were good on other tasks.
        scores: For each point its score on each task: 1 for the best known there, 0 for the median
            of a random search.
        weights: How much each task counts; all the same where None.
        first: The number of trials that are drawn from ``points`` alone.
        define: Calls ``suggest(name)`` for each parameter in use, where conditions leave some
            unused.
        seed: The seed of the random numbers.
        candidates: Configurations of each kind (random, near the best) judged for each draw.
        cost: By positive number, the power of it that a trial's seconds grow with. Where given,
            improvement counts per second, less so from trial to trial (Lee et al. (2020),
            Cost-aware Bayesian optimization).

    Raises:
        ValueError: if points lie outside the space, scores or weights do not fit them, or a cost is
            not of a positive number.
    """

    def __init__(
        self,
        space: Mapping[str, BaseDistribution],
        points: Sequence[Params] = (),
        scores: Sequence[Sequence[float]] = (),
        *,
        weights: Sequence[float] | None = None,
        first: int = 10,
        define: Define | None = None,
        seed: int | None = None,
        candidates: int = 1000,
        cost: Mapping[str, float] | None = None,
    ) -> None:
        check_points(space, points)
        check_cost(space, cost or {})
        check_scores(points, scores, weights)
        self.space = dict(space)
        used = None if define is None else partial(used_params, define, self.space)
        self.columns = Columns({n: primitive_of(d) for n, d in space.items()}, used)
        self.points, self.first, self.candidates = [dict(p) for p in points], first, candidates
        self.positions = self.columns.positions(self.points)
        self.prior = _prior(self.columns.features(self.positions), scores, weights)
        self.cost = {n: p for n, p in (cost or {}).items() if n not in self.columns.constants}
        self._rng = RandomNumbers(seed)
        self._parameters: dict[str, tuple[tuple[int, bytes], ProcessParameters]] = {}

    def infer_relative_search_space(
        self, study: optuna.Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """Return the whole space: all parameters are drawn together."""
        return self.space

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Draw a parameter that the space lacks, or that a draw did not use, at random."""
        seed = int(self._rng.rng.randint(2**31))
        return optuna.samplers.RandomSampler(seed).sample_independent(
            study, trial, param_name, param_distribution
        )

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return the configuration with the greatest expected improvement."""
        trials = study.get_trials(deepcopy=False)
        sign = -1.0 if study.direction == optuna.study.StudyDirection.MINIMIZE else 1.0
        observed, values = observations(trials, sign, self.space)
        return dict(self.propose(observed, values, running_params(trials, trial)))

    def propose(self, observed: list[Params], values: list[float], running: list[Params]) -> Params:
        """Return the next configuration.

        Args:
            observed: Configurations that finished.
            values: Their values; higher is better.
            running: Configurations of running trials.
        """
        tried = {key_of(p) for p in (*observed, *running)}
        untried = [i for i, p in enumerate(self.points) if key_of(p) not in tried]
        if not values:
            return self._without_values(untried)
        posterior = self._with_running(self._posterior(observed, values), running)
        acquisition = partial(
            self._acquisition, posterior, best=self._incumbent(posterior), tried=len(tried)
        )
        if untried and len(tried) < self.first:
            return self.points[untried[int(np.argmax(acquisition(self.positions[untried])))]]
        tops = self.columns.positions(self._tops(observed, values))
        candidates, scores = self._candidates(acquisition, self.positions[untried], tops)
        ranked = (self.columns.params(candidates[i]) for i in np.argsort(-scores, kind="stable"))
        new = (params for params in ranked if key_of(params) not in tried)
        return next(new, self.columns.params(candidates[0]))

    def _tops(self, observed: list[Params], values: list[float]) -> list[Params]:
        """Return the best configurations, which others are drawn near to."""
        return [observed[i] for i in np.argsort(values)[::-1][:TOPS]]

    def _incumbent(self, posterior: Posterior) -> float:
        """Return the best mean score of what was tried: without the noise of its value."""
        return float(posterior.predict(posterior.points)[0].max())

    def _without_values(self, untried: list[int]) -> Params:
        """Return the point with the best mean, or a random configuration: no trial finished."""
        if not untried or self.prior is None:
            return self.columns.params(self.columns.random(1, self._rng.rng)[0])
        means = self.prior.mean[untried]
        return self.points[untried[int(np.argmax(means))]]

    def _candidates(
        self, acquisition: Callable[[Array], Array], points: Array, tops: Array
    ) -> tuple[Array, Array]:
        """Return the positions to choose from and their acquisition values.

        These are the untried points, random configurations, ones near the best trials, and ones
        near the best of all of these.
        """
        rng = self._rng.rng
        random = self.columns.random(self.candidates, rng)
        first = np.vstack([points, random, self.columns.near(tops, self.candidates, rng)])
        scores = acquisition(first)
        best = first[np.argsort(scores)[::-1][:TOPS]]
        nearer = self.columns.near(best, self.candidates // 2, rng)
        return np.vstack([first, nearer]), np.concatenate([scores, acquisition(nearer)])

    def _posterior(self, observed: list[Params], values: list[float]) -> Posterior:
        observed, values = best_and_latest(observed, values)
        X, y = self._features(observed), clip_worst(values)
        return condition(
            GaussianProcess(self.prior, self._fitted_parameters(X, y, self.prior, "")), X, y
        )

    def _fitted_parameters(
        self, X: Array, y: Array, prior: Prior | None, role: str
    ) -> ProcessParameters:
        """Return the parameters of a process that models what ``role`` names.

        They follow from the values alone, not from how the search came to them: a resumed study
        fits the same ones.
        """
        count = max((n for n in FITS if n <= len(y)), default=len(y))
        X, y = X[:count], y[:count]
        lengthscales = np.full(X.shape[1], _start_lengthscale(X.shape[1]))
        scale = max(float(np.std(y)), 1e-12) / AMPLITUDE
        start = ProcessParameters(lengthscales, AMPLITUDE, NOISE, scale)
        if count < MIN_VALUES or X.shape[1] == 0:
            return start
        key = (count, y.tobytes())
        if self._parameters.get(role, (None,))[0] != key:
            self._parameters[role] = (key, fit(prior, start, X, y))
        return self._parameters[role][1]

    def _with_running(self, posterior: Posterior, running: list[Params]) -> Posterior:
        """Return the posterior as if the running trials had finished with their predicted means."""
        if not running:
            return posterior
        X = self._features(running)
        mean, _ = posterior.predict(X)
        values = (mean + posterior.level) * posterior.process.parameters.scale
        return condition(
            posterior.process,
            np.vstack([posterior.points, X]),
            np.concatenate([posterior.values, values]),
        )

    def _features(self, configurations: list[Params]) -> Array:
        return self.columns.features(self.columns.positions(configurations))

    def _acquisition(
        self, posterior: Posterior, positions: Array, best: float, tried: int
    ) -> Array:
        """Return the expected improvement over ``best``, per second in the first trials."""
        mean, deviation = posterior.predict(self.columns.features(positions))
        log_seconds = sum(
            (power * self.columns.logarithms(n, positions) for n, power in self.cost.items()),
            np.zeros(len(positions)),
        )
        per_second = np.exp(-log_seconds * COST_COOLING / (COST_COOLING + tried))
        return np.asarray(expected_improvement(mean, deviation, best) * per_second)


def primitive_of(distribution: Any) -> Primitive:
    """Return a distribution of Optuna's as a primitive parameter."""
    if isinstance(distribution, CategoricalDistribution):
        return Labels(tuple(distribution.choices))  # type: ignore[arg-type]
    whole = isinstance(distribution, IntDistribution)
    step = None if distribution.log else distribution.step
    return Numbers(distribution.low, distribution.high, distribution.log, step, whole)


def _start_lengthscale(width: int) -> float:
    """Return the lengthscale to start from: wider spaces are smoother in each column."""
    return LENGTHSCALE * max(1.0, math.sqrt(width / 8))


def _prior(
    features: Array, scores: Sequence[Sequence[float]], weights: Sequence[float] | None
) -> Prior | None:
    if not len(features):
        return None
    table = np.asarray(scores, dtype=float)
    share = np.full(table.shape[1], 1.0) if weights is None else np.asarray(weights, dtype=float)
    return Prior(features, table, share / share.sum())
