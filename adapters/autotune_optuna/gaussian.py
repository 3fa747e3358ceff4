"""A Gaussian process whose prior is what configurations scored on other tasks, in numpy alone.

The values at the known configurations have the mean and covariance that they had over tasks; given those, all other values
follow a Matern-5/2 process (Rasmussen, Williams (2006), chapters 2 and 4). Taking mean and covariance from other tasks is
Wang, Kim, Kaelbling (2018), Regret bounds for meta Bayesian optimization with an unknown Gaussian process prior, NeurIPS.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
STEP, MOST_STEPS = 1.6, 2


@dataclass(frozen=True)
class Known:
    """What is known of other tasks: points (points x columns), their scores (points x tasks), and each task's weight.

    A score is 1 for the best configuration known of a task, 0 for the median of a random search.
    """

    points: Array
    scores: Array
    weights: Array

    @property
    def mean(self) -> Array:
        """The points' mean score over tasks."""
        return self.scores @ self.weights

    def covariance(self, apart: float) -> Array:
        """The points' covariance over tasks; ``apart`` is what a task does of its own at each of them."""
        centred = (self.scores - self.mean[:, None]) * np.sqrt(self.weights)
        return np.asarray(centred @ centred.T + apart**2 * np.eye(len(self.points)))


@dataclass(frozen=True)
class Shape:
    """The process's parameters, in scores: lengthscales, spread of unknown values, noise; and y = level + scale * score."""

    lengths: Array
    spread: float
    noise: float
    scale: float


def matern(a: Array, b: Array, lengths: Array) -> Array:
    """Return the Matern-5/2 correlations of two sets of points."""
    x, y = a / lengths, b / lengths
    squared = np.maximum((x**2).sum(1)[:, None] + (y**2).sum(1)[None] - 2 * x @ y.T, 0.0)
    r = np.sqrt(5 * squared)
    return np.asarray((1 + r + r**2 / 3) * np.exp(-r))


class Process:
    """The process for given parameters: its prior over points, and its posterior after observations."""

    def __init__(self, known: Known | None, shape: Shape, apart: float = 0.1) -> None:
        self.known, self.shape = known, shape
        if known is not None:
            kernel = matern(known.points, known.points, shape.lengths) * shape.spread**2
            self.inverse = np.linalg.inv(kernel + (0.05 * shape.spread) ** 2 * np.eye(len(kernel)))
            self.core = self.inverse @ known.covariance(apart) @ self.inverse - self.inverse

    def prior(self, a: Array, b: Array) -> Array:
        """Return the prior covariance of the scores of two sets of points."""
        kernel = matern(a, b, self.shape.lengths) * self.shape.spread**2
        return kernel if self.known is None else kernel + self._to_known(a) @ self.core @ self._to_known(b).T

    def variance(self, a: Array) -> Array:
        """Return the prior variances of the scores of points."""
        plain = np.full(len(a), self.shape.spread**2)
        if self.known is None:
            return plain
        to = self._to_known(a)
        return np.asarray(plain + ((to @ self.core) * to).sum(1))

    def mean(self, a: Array) -> Array:
        """Return the prior means of the scores of points."""
        return np.zeros(len(a)) if self.known is None else np.asarray(self._to_known(a) @ self.inverse @ self.known.mean)

    def _to_known(self, a: Array) -> Array:
        assert self.known is not None
        return matern(a, self.known.points, self.shape.lengths) * self.shape.spread**2


@dataclass(frozen=True)
class Fitted:
    """A process with observations: what it foretells, in scores."""

    process: Process
    points: Array
    lower: Array
    rest: Array
    level: float
    likelihood: float

    def foretell(self, a: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation of the scores of points."""
        cross = self.process.prior(a, self.points)
        half = np.linalg.solve(self.lower, cross.T)
        variance = self.process.variance(a) - (half**2).sum(0)
        return self.process.mean(a) + half.T @ self.rest, np.sqrt(np.maximum(variance, 1e-10))


def condition(process: Process, points: Array, values: Array) -> Fitted:
    """Return the process after observations ``values``, whose unknown level is their best linear estimate."""
    shape = process.shape
    covariance = process.prior(points, points) + shape.noise**2 * np.eye(len(points))
    lower = np.linalg.cholesky(covariance + 1e-8 * np.eye(len(points)))
    ones = np.linalg.solve(lower, np.ones(len(points)))
    gap = np.linalg.solve(lower, values / shape.scale - process.mean(points))
    level = float(ones @ gap / (ones @ ones))
    rest = gap - level * ones
    likelihood = -0.5 * float(rest @ rest) - float(np.log(np.diag(lower)).sum()) - len(points) * math.log(shape.scale)
    return Fitted(process, points, lower, rest, level, likelihood)


def _plausible(shape: Shape, start: Shape) -> float:
    """Return how plausible parameters are before any observation: log-normal around where they start, and the scale free."""
    lengths = -0.5 * float((np.log(shape.lengths / start.lengths) ** 2).sum()) / 0.7**2
    return lengths - 0.5 * (math.log(shape.spread / start.spread) / 0.5) ** 2 - 0.5 * (math.log(shape.noise / start.noise) / 1.0) ** 2


def fit(known: Known | None, start: Shape, shape: Shape, points: Array, values: Array) -> tuple[Shape, Fitted]:
    """Return the most plausible parameters near ``shape``, one after another, and the process they give."""

    def judged(candidate: Shape) -> tuple[float, Fitted]:
        fitted = condition(Process(known, candidate), points, values)
        return fitted.likelihood + _plausible(candidate, start), fitted

    best, fitted = judged(shape)
    for _ in range(MOST_STEPS):
        before = best
        for change in _changes(shape):
            for factor in (STEP, 1 / STEP):
                candidate = change(shape, factor)
                got, so = judged(candidate)
                if got > best:
                    shape, best, fitted = candidate, got, so
                    break
        if best - before < 0.1:
            break
    return shape, fitted


def _changes(shape: Shape) -> list:  # type: ignore[type-arg]
    def longer(i: int):  # type: ignore[no-untyped-def]
        return lambda s, f: replace(s, lengths=np.where(np.arange(len(s.lengths)) == i, s.lengths * f, s.lengths))

    scalars = [
        lambda s, f: replace(s, scale=s.scale * f),
        lambda s, f: replace(s, spread=s.spread * f),
        lambda s, f: replace(s, noise=s.noise * f),
    ]
    return scalars + [longer(i) for i in range(len(shape.lengths))]


def expected_gain(mean: Array, spread: Array, best: float) -> Array:
    """Return the expected improvement over ``best``: Jones, Schonlau, Welch (1998), J. Global Optimization 13."""
    z = (mean - best) / spread
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    below = 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))
    return np.asarray(spread * (z * below + density))
