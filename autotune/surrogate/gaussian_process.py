"""A Gaussian process whose prior is what configurations scored on other tasks, in numpy alone.

The values at the known configurations have the mean and covariance that they had over tasks; given
those, all other values follow a Matern-5/2 process (Rasmussen, Williams (2006), chapters 2 and 4).
Taking mean and covariance from other tasks is Wang, Kim, Kaelbling (2018), Regret bounds for meta
Bayesian optimization with an unknown Gaussian process prior, NeurIPS.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
SCALARS = ("scale", "spread", "noise")
STEP = 1.6
MOST_ROUNDS = 4
ENOUGH = 0.1
HUGE = 1e100  # larger values are as good as this: their squares would overflow
FEW = 4  # with fewer values nothing is known of their spread, or of the shape
APART = 0.1  # the standard deviation of what a task does of its own at each known point, in scores


@dataclass(frozen=True)
class Known:
    """What is known of other tasks: points (points x columns), their scores (points x tasks), and each task's weight.

    A score is 1 for the best configuration known of a task, 0 for the median of a random search;
    weights add up to 1. ``mean`` and ``covariance`` are those of the points' scores over tasks.
    """

    points: Array
    scores: Array
    weights: Array
    mean: Array = field(init=False)
    covariance: Array = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", self.scores @ self.weights)
        centred = (self.scores - self.mean[:, None]) * np.sqrt(self.weights)
        object.__setattr__(
            self, "covariance", centred @ centred.T + APART**2 * np.eye(len(self.points))
        )


@dataclass(frozen=True)
class Shape:
    """The process's parameters: lengthscales per column; spread and noise in scores; and value = scale * (score + level)."""

    lengths: Array
    spread: float
    noise: float
    scale: float

    def moved(self, place: int, factor: float) -> "Shape":
        """Return the shape with one parameter multiplied: scale, spread, noise, then each lengthscale."""
        if place < len(SCALARS):
            return replace(self, **{SCALARS[place]: getattr(self, SCALARS[place]) * factor})
        lengths = self.lengths.copy()
        lengths[place - len(SCALARS)] *= factor
        return replace(self, lengths=lengths)

    def plausible(self, start: "Shape") -> float:
        """Return the logarithm of how plausible it is before any value: log-normal around ``start``, whatever the scale."""
        lengths = float((np.log(self.lengths / start.lengths) ** 2).sum()) / 0.7**2
        return -0.5 * (
            lengths
            + (math.log(self.spread / start.spread) / 0.5) ** 2
            + math.log(self.noise / start.noise) ** 2
        )


def matern(a: Array, b: Array, lengths: Array) -> Array:
    """Return the Matern-5/2 correlations of two sets of points."""
    x, y = a / lengths, b / lengths
    squared = np.maximum((x**2).sum(1)[:, None] + (y**2).sum(1)[None] - 2 * x @ y.T, 0.0)
    r = np.sqrt(5 * squared)
    return np.asarray((1 + r + r**2 / 3) * np.exp(-r))


class Process:
    """The process of a shape before any value: means and covariances of the scores of points.

    Points are given with their kernel to the known ones, `to_known`, which all of these need.
    """

    def __init__(self, known: Known | None, shape: Shape) -> None:
        self.shape = shape
        known = known or Known(np.empty((0, len(shape.lengths))), np.empty((0, 0)), np.empty(0))
        self.known = known.points
        kernel = self._kernel(known.points, known.points)
        inverse = np.linalg.inv(kernel + (0.05 * shape.spread) ** 2 * np.eye(len(kernel)))
        self.weights = inverse @ known.mean
        self.core = inverse @ known.covariance @ inverse - inverse

    def _kernel(self, a: Array, b: Array) -> Array:
        return matern(a, b, self.shape.lengths) * self.shape.spread**2

    def to_known(self, a: Array) -> Array:
        """Return the kernel of points to the known points."""
        return self._kernel(a, self.known)

    def covariance(self, a: Array, b: Array, known_a: Array, known_b: Array) -> Array:
        """Return the covariances of two sets of points."""
        return np.asarray(self._kernel(a, b) + known_a @ self.core @ known_b.T)

    def variance(self, known: Array) -> Array:
        """Return the variances of points."""
        return np.asarray(self.shape.spread**2 + ((known @ self.core) * known).sum(1))

    def mean(self, known: Array) -> Array:
        """Return the means of points."""
        return np.asarray(known @ self.weights)


@dataclass(frozen=True)
class Fitted:
    """A process after values at points; ``known`` is their kernel to the known points.

    ``lower`` is the Cholesky factor of their covariance, ``rest`` what the means leave of the
    values, whitened.
    """

    process: Process
    points: Array
    known: Array
    values: Array
    lower: Array
    rest: Array
    level: float

    @property
    def likelihood(self) -> float:
        """The logarithm of the values' density."""
        count = len(self.values)
        size = float(np.log(np.diag(self.lower)).sum()) + count * math.log(self.process.shape.scale)
        return -0.5 * float(self.rest @ self.rest) - size

    def foretell(self, a: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation of the scores of points."""
        known = self.process.to_known(a)
        half = np.linalg.solve(
            self.lower, self.process.covariance(a, self.points, known, self.known).T
        )
        variance = self.process.variance(known) - (half**2).sum(0)
        return self.process.mean(known) + half.T @ self.rest, np.sqrt(np.maximum(variance, 1e-10))


def condition(process: Process, points: Array, values: Array) -> Fitted:
    """Return the process after values at points; the values' unknown level is their best linear estimate."""
    shape, count, known = process.shape, len(points), process.to_known(points)
    lower = np.linalg.cholesky(
        process.covariance(points, points, known, known) + (shape.noise**2 + 1e-8) * np.eye(count)
    )
    ones = np.linalg.solve(lower, np.ones(count))
    gap = np.linalg.solve(lower, values / shape.scale - process.mean(known))
    level = float(ones @ gap / (ones @ ones))
    return Fitted(
        process, points, known, values, np.asarray(lower), np.asarray(gap - level * ones), level
    )


def fit(known: Known | None, start: Shape, points: Array, values: Array) -> Shape:
    """Return the most plausible shape after values at points: each parameter in turn is moved while that helps."""
    shape, best = start, _judge(known, start, start, points, values)
    for _ in range(MOST_ROUNDS):
        before = best
        for place in range(len(SCALARS) + len(start.lengths)):
            for factor in (STEP, 1 / STEP):
                candidate = shape.moved(place, factor)
                got = _judge(known, candidate, start, points, values)
                if got > best:
                    shape, best = candidate, got
                    break
        if best - before < ENOUGH:
            break
    return shape


def _judge(known: Known | None, shape: Shape, start: Shape, points: Array, values: Array) -> float:
    return condition(Process(known, shape), points, values).likelihood + shape.plausible(start)


def lifted(values: Sequence[float] | Array) -> Array:
    """Return the values, the worst ones lifted: how bad a bad configuration is says nothing of where good ones are."""
    y = np.clip(np.asarray(values, dtype=float), -HUGE, HUGE)
    middle = float(np.median(y))
    return np.asarray(
        np.maximum(y, middle - 2 * (y.max() - middle)) if len(y) > FEW and y.max() > middle else y
    )


def expected_gain(mean: Array, spread: Array, best: float) -> Array:
    """Return the expected improvement over ``best``: Jones, Schonlau, Welch (1998), J. Global Optimization 13."""
    z = (mean - best) / spread
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    below = 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))
    return np.asarray(spread * (z * below + density))
