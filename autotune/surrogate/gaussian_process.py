"""A Gaussian process whose prior is what configurations scored on other tasks, in numpy alone.

At the prior's points, scores have the mean and covariance that they had over tasks; given those,
all other scores follow a Matern-5/2 process (Rasmussen, Williams (2006), chapters 2 and 4).
Taking mean and covariance from other tasks is Wang, Kim, Kaelbling (2018), Regret bounds for meta
Bayesian optimization with an unknown Gaussian process prior, NeurIPS.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
SCALARS = ("scale", "amplitude", "noise")
STEP_FACTOR = 1.6  # what a parameter is multiplied or divided by in one step of the fit
MAX_ROUNDS = 4
MIN_GAIN = 0.1  # a round that improves the log posterior by less is the last
MAX_VALUE = 1e100  # larger values are as good as this: their squares would overflow
MIN_VALUES = 4  # fewer values show neither their spread nor the process's parameters
TASK_DEVIATION = (
    0.1  # the standard deviation of a new task at each of the prior's points, in scores
)


@dataclass(frozen=True)
class Prior:
    """What configurations scored on other tasks.

    A score is 1 for the best configuration known of a task, 0 for the median of a random search.
    """

    points: Array
    """Features of the configurations: points x columns."""
    scores: Array
    """Scores: points x tasks."""
    weights: Array
    """The weight of each task; all of them add up to 1."""
    mean: Array = field(init=False)
    """The mean of each point's scores over tasks."""
    covariance: Array = field(init=False)
    """The covariance of the points' scores over tasks: points x points."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", self.scores @ self.weights)
        centered = (self.scores - self.mean[:, None]) * np.sqrt(self.weights)
        independent = TASK_DEVIATION**2 * np.eye(len(self.points))
        object.__setattr__(self, "covariance", centered @ centered.T + independent)


@dataclass(frozen=True)
class ProcessParameters:
    """The parameters of a process; an objective's value is ``scale * (score + level)``."""

    lengthscales: Array
    """The lengthscale of each column of features."""
    amplitude: float
    """The standard deviation of the process, in scores."""
    noise: float
    """The standard deviation of the noise of a value, in scores."""
    scale: float
    """How much an objective's value changes with one score."""

    def multiplied(self, index: int, factor: float) -> "ProcessParameters":
        """Return the parameters with one multiplied: those of SCALARS, then each lengthscale."""
        if index < len(SCALARS):
            name = SCALARS[index]
            return replace(self, **{name: getattr(self, name) * factor})
        lengthscales = self.lengthscales.copy()
        lengthscales[index - len(SCALARS)] *= factor
        return replace(self, lengthscales=lengthscales)

    def log_prior(self, center: "ProcessParameters") -> float:
        """Return the log density before any value: log-normal around ``center``, at any scale."""
        logs = np.log(self.lengthscales / center.lengthscales)
        lengthscales = float((logs**2).sum()) / 0.7**2
        return -0.5 * (
            lengthscales
            + (math.log(self.amplitude / center.amplitude) / 0.5) ** 2
            + math.log(self.noise / center.noise) ** 2
        )


def matern(first: Array, second: Array, lengthscales: Array) -> Array:
    """Return the Matern-5/2 correlations of two sets of points."""
    first, second = first / lengthscales, second / lengthscales
    norms = (first**2).sum(1)[:, None] + (second**2).sum(1)[None]
    squared = np.maximum(norms - 2 * first @ second.T, 0.0)
    distance = np.sqrt(5 * squared)
    return np.asarray((1 + distance + distance**2 / 3) * np.exp(-distance))


class GaussianProcess:
    """A process before any value of the task: means and covariances of the scores of points.

    These are computed from the points' kernel to the prior's points, `prior_kernel`.
    """

    def __init__(self, prior: Prior | None, parameters: ProcessParameters) -> None:
        self.parameters = parameters
        width = len(parameters.lengthscales)
        prior = prior or Prior(np.empty((0, width)), np.empty((0, 0)), np.empty(0))
        self.prior_points = prior.points
        kernel = self.kernel(prior.points, prior.points)
        jitter = (0.05 * parameters.amplitude) ** 2 * np.eye(len(kernel))
        inverse = np.linalg.inv(kernel + jitter)
        self.weights = inverse @ prior.mean
        self.core = inverse @ prior.covariance @ inverse - inverse

    def kernel(self, first: Array, second: Array) -> Array:
        """Return the Matern covariances of two sets of points, without the prior."""
        return matern(first, second, self.parameters.lengthscales) * self.parameters.amplitude**2

    def prior_kernel(self, points: Array) -> Array:
        """Return the kernel of points to the prior's points."""
        return self.kernel(points, self.prior_points)

    def covariance(
        self, first: Array, second: Array, first_kernel: Array, second_kernel: Array
    ) -> Array:
        """Return the covariances of two sets of points, each with its kernel to the prior's."""
        prior_part = first_kernel @ self.core @ second_kernel.T
        return np.asarray(self.kernel(first, second) + prior_part)

    def variance(self, prior_kernel: Array) -> Array:
        """Return the variances of points."""
        prior_part = ((prior_kernel @ self.core) * prior_kernel).sum(1)
        return np.asarray(self.parameters.amplitude**2 + prior_part)

    def mean(self, prior_kernel: Array) -> Array:
        """Return the means of points."""
        return np.asarray(prior_kernel @ self.weights)


@dataclass(frozen=True)
class Posterior:
    """A process after values were observed at points."""

    process: GaussianProcess
    """The process before the values."""
    points: Array
    """Features of the observed configurations: points x columns."""
    prior_kernel: Array
    """The points' kernel to the prior's points."""
    values: Array
    """The observed values, higher is better."""
    cholesky: Array
    """The lower Cholesky factor of the values' covariance."""
    residuals: Array
    """The values less their prior means and level, whitened by the Cholesky factor."""
    level: float
    """The values' estimated offset, in scores."""

    @property
    def log_likelihood(self) -> float:
        """The logarithm of the values' density."""
        determinant = float(np.log(np.diag(self.cholesky)).sum())
        size = determinant + len(self.values) * math.log(self.process.parameters.scale)
        return -0.5 * float(self.residuals @ self.residuals) - size

    def predict(self, points: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation of the scores of points (points x columns)."""
        kernel = self.process.prior_kernel(points)
        covariance = self.process.covariance(points, self.points, kernel, self.prior_kernel)
        whitened = np.linalg.solve(self.cholesky, covariance.T)
        variance = self.process.variance(kernel) - (whitened**2).sum(0)
        mean = self.process.mean(kernel) + whitened.T @ self.residuals
        return mean, np.sqrt(np.maximum(variance, 1e-10))


def condition(process: GaussianProcess, points: Array, values: Array) -> Posterior:
    """Return the process after values at points; their level is its best linear estimate."""
    parameters, count = process.parameters, len(points)
    kernel = process.prior_kernel(points)
    covariance = process.covariance(points, points, kernel, kernel)
    cholesky = np.linalg.cholesky(covariance + (parameters.noise**2 + 1e-8) * np.eye(count))
    ones = np.linalg.solve(cholesky, np.ones(count))
    gap = np.linalg.solve(cholesky, values / parameters.scale - process.mean(kernel))
    level = float(ones @ gap / (ones @ ones))
    residuals = np.asarray(gap - level * ones)
    return Posterior(process, points, kernel, values, np.asarray(cholesky), residuals, level)


def fit(
    prior: Prior | None, start: ProcessParameters, points: Array, values: Array
) -> ProcessParameters:
    """Return the most plausible parameters after values at points, by coordinate ascent."""
    parameters, best = start, _log_posterior(prior, start, start, points, values)
    for _ in range(MAX_ROUNDS):
        before = best
        for index in range(len(SCALARS) + len(start.lengthscales)):
            for factor in (STEP_FACTOR, 1 / STEP_FACTOR):
                candidate = parameters.multiplied(index, factor)
                density = _log_posterior(prior, candidate, start, points, values)
                if density > best:
                    parameters, best = candidate, density
                    break
        if best - before < MIN_GAIN:
            break
    return parameters


def _log_posterior(
    prior: Prior | None,
    parameters: ProcessParameters,
    center: ProcessParameters,
    points: Array,
    values: Array,
) -> float:
    posterior = condition(GaussianProcess(prior, parameters), points, values)
    return posterior.log_likelihood + parameters.log_prior(center)


def clip_worst(values: Sequence[float] | Array) -> Array:
    """Return the values, none farther below their median than twice the best is above it.

    How bad a bad configuration is does not show where the good ones are.
    """
    clipped = np.clip(np.asarray(values, dtype=float), -MAX_VALUE, MAX_VALUE)
    median, best = float(np.median(clipped)), clipped.max()
    if len(clipped) <= MIN_VALUES or best <= median:
        return np.asarray(clipped)
    return np.asarray(np.maximum(clipped, median - 2 * (best - median)))


def expected_improvement(mean: Array, deviation: Array, best: float) -> Array:
    """Return the expected improvement over ``best``.

    By Jones, Schonlau, Welch (1998), J. Global Optimization 13.
    """
    z_score = (mean - best) / deviation
    density = np.exp(-0.5 * z_score**2) / math.sqrt(2 * math.pi)
    cumulative = 0.5 * (1 + np.vectorize(math.erf)(z_score / math.sqrt(2)))
    return np.asarray(deviation * (z_score * cumulative + density))
