"""The sampler that starts from a portfolio, where trials may be beyond constraints."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from autotune.surrogate.features import Params
from autotune.surrogate.gaussian_process import (
    MIN_VALUES,
    Array,
    GaussianProcess,
    Posterior,
    condition,
)
from autotune_optuna.private import constraints_of
from autotune_optuna.samplers.knowledge_sampler import TOPS, KnowledgeSampler
from autotune_optuna.samplers.observations import MAX_OBSERVATIONS

FAR = -20.0  # below it the distribution is as its tail


@dataclass(frozen=True)
class Limited:
    """What a study's trials showed of its constraints."""

    params: list[Params]
    """The configurations that finished."""
    beyond: list[list[float]]
    """By how much each is beyond each constraint; 0 or less is within."""

    @property
    def feasible(self) -> list[Params]:
        """The configurations within all constraints."""
        pairs = zip(self.params, self.beyond, strict=True)
        return [params for params, amounts in pairs if all(amount <= 0 for amount in amounts)]


class ConstrainedKnowledgeSampler(KnowledgeSampler):
    """Weighs the expected improvement by the probability that a configuration is feasible.

    A Gaussian process models each constraint; improvement counts over the best feasible trial, and
    until there is one the probability alone counts: Gardner et al. (2014), Bayesian optimization
    with inequality constraints, ICML; Gelbart, Snoek, Adams (2014), Bayesian optimization with
    unknown constraints, UAI.
    """

    _limited = Limited([], [])
    _slacks: Sequence[Posterior] = ()

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return the configuration with the greatest weighed improvement."""
        trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        known = [(t.params, constraints_of(t)) for t in trials if set(t.params) <= set(self.space)]
        known = [pair for pair in known if pair[1]][-MAX_OBSERVATIONS:]
        self._limited = Limited([params for params, _ in known], [beyond for _, beyond in known])
        columns = zip(*self._limited.beyond, strict=True)
        self._slacks = [self._slack(index, list(column)) for index, column in enumerate(columns)]
        return super().sample_relative(study, trial, search_space)

    def _slack(self, index: int, beyond: list[float]) -> Posterior:
        """Return the process of how far configurations are within a constraint."""
        X, y = self._features(self._limited.params), -bilog(beyond)
        return condition(
            GaussianProcess(None, self._fitted_parameters(X, y, None, f"constraint {index}")), X, y
        )

    def _tops(self, observed: list[Params], values: list[float]) -> list[Params]:
        """Return the best feasible configurations; while there are none, the least infeasible."""
        feasible = self._limited.feasible
        if not self._limited.params:
            return super()._tops(observed, values)
        if not feasible:
            sums = [sum(max(0.0, a) for a in amounts) for amounts in self._limited.beyond]
            return [self._limited.params[i] for i in np.argsort(sums, kind="stable")[:TOPS]]
        ranked = [observed[i] for i in np.argsort(values)[::-1]]
        best = [params for params in ranked if params in feasible]
        return best[:TOPS] or super()._tops(observed, values)

    def _incumbent(self, posterior: Posterior) -> float:
        """Return the best mean score of the feasible configurations."""
        feasible = self._limited.feasible
        if not feasible:
            return super()._incumbent(posterior)
        return float(posterior.predict(self._features(feasible))[0].max())

    def _acquisition(
        self, posterior: Posterior, positions: Array, best: float, tried: int
    ) -> Array:
        """Return the expected improvement, weighed by the probability of being feasible.

        While no trial is feasible it is the logarithm of that probability.
        """
        log_likely = np.zeros(len(positions))
        for slack in self._slacks:
            log_likely += log_probability(slack, self.columns.features(positions))
        if self._slacks and not self._limited.feasible:
            return log_likely
        return np.exp(log_likely) * super()._acquisition(posterior, positions, best, tried)


def bilog(beyond: Sequence[float]) -> Array:
    """Return amounts on a scale that is fine around 0, where feasibility ends, and coarse far off.

    By Eriksson, Poloczek (2021), Scalable constrained Bayesian optimization, AISTATS. Their unit is
    the typical amount of the first trials. An infinite amount counts as the worst finite one.
    """
    amounts = np.asarray(beyond, dtype=float)
    finite = amounts[np.isfinite(amounts)]
    unit = float(np.median(np.abs(finite[:MIN_VALUES]))) if len(finite) else 1.0
    unit = unit if unit > 0 else 1.0
    worst = max(float(finite.max()), unit) if len(finite) else unit
    scaled = np.minimum(amounts, worst) / unit
    return np.asarray(np.sign(scaled) * np.log1p(np.abs(scaled)))


def log_probability(posterior: Posterior, points: Array) -> Array:
    """Return the logarithm of the probability that what a process models is above 0 at points."""
    mean, deviation = posterior.predict(points)
    return np.asarray(np.vectorize(log_normal_cdf)((mean + posterior.level) / deviation))


def log_normal_cdf(z_score: float) -> float:
    """Return the logarithm of the standard normal distribution function, also far below 0."""
    if z_score > FAR:
        return math.log(0.5 * math.erfc(-z_score / math.sqrt(2)))
    return -0.5 * z_score**2 - math.log(-z_score * math.sqrt(2 * math.pi))
