"""An Optuna sampler that starts from what other tasks showed: a Gaussian process with a learned prior, in numpy alone."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.samplers._lazy_random_state import LazyRandomState
from optuna.trial import FrozenTrial, TrialState

from autotune.space.parameters import Labels, Numbers, Primitive
from autotune.surrogate.features import Columns, Params
from autotune.surrogate.gaussian_process import (
    FEW,
    Array,
    Fitted,
    Known,
    Process,
    Shape,
    condition,
    expected_gain,
    fit,
    lifted,
)
from autotune_optuna.samplers.distinct_sampler import Define, asked_for, key_of

TOPS = 5  # configurations that others are drawn near to
# Numbers of values at which the process's parameters are fitted anew.
FITS = (4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 64, 80, 100, 130, 160, 200, 250, 320, 400, 500)
MOST = 400  # of more values the best and the latest are looked at
COOLED = 10  # trials after which a cost counts by half its power
LENGTH = 0.6
SPREAD = 0.5
NOISE = 0.03


class KnowledgeSampler(optuna.samplers.BaseSampler):
    """Bayesian optimisation that first tries known good configurations, in the order that the results so far make best.

    It models the objective by a Gaussian process. Where ``scores`` say how ``points`` did on other
    tasks, their mean and covariance over those tasks are its prior: one result tells which of the
    others are now promising, and what lies near them. Without points it is a plain Gaussian process
    that begins at random.

    Args:
        space: The parameters' distributions.
        points: Known configurations.
        scores: For each point its score on each task: 1 for the best known there, 0 for the median
            of a random search.
        weights: How much each task counts; all the same where None.
        first: The number of trials that are drawn from ``points`` alone.
        define: Asks ``suggest(name)`` for each parameter in use, where conditions leave some
            unused.
        seed: Of the random numbers.
        candidates: Configurations of each kind (random, near the best) judged for each draw.
        cost: By positive number, the power of it that a trial's seconds grow with. Where given,
            gain counts per second, less so from trial to trial (Lee et al. (2020), Cost-aware
            Bayesian optimization).

    Raises:
        ValueError: if points lie outside the space, scores or weights do not fit them, or a cost is
            of no positive number.
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
        _check(space, points, scores, weights, cost or {})
        self.space = dict(space)
        used = None if define is None else partial(asked_for, define, self.space)
        self.columns = Columns({n: primitive(d) for n, d in space.items()}, used)
        self.points, self.first, self.candidates = [dict(p) for p in points], first, candidates
        self.at = self.columns.positions(self.points)
        self.known = _known(self.columns.features(self.at), scores, weights)
        self.cost = {n: p for n, p in (cost or {}).items() if n not in self.columns.only}
        self._rng = LazyRandomState(seed)
        self._shapes: dict[tuple[int, bytes], Shape] = {}

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
        """Draw a parameter that the space lacks, or that a draw left unused, at random."""
        seed = int(self._rng.rng.randint(2**31))
        return optuna.samplers.RandomSampler(seed).sample_independent(
            study, trial, param_name, param_distribution
        )

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return the configuration with the greatest expected improvement."""
        past = study.get_trials(deepcopy=False)
        sign = -1.0 if study.direction == optuna.study.StudyDirection.MINIMIZE else 1.0
        rows, values = _values(past, sign, self.space)
        waiting = [
            t.params
            for t in past
            if t.state is TrialState.RUNNING and t.number != trial.number and t.params
        ]
        return dict(self.propose(rows, values, waiting))

    def propose(self, rows: list[Params], values: list[float], waiting: list[Params]) -> Params:
        """Return the next configuration, given those that ended with their values (higher is better), and those running."""
        tried = {key_of(p) for p in (*rows, *waiting)}
        known = [i for i, p in enumerate(self.points) if key_of(p) not in tried]
        if not values:
            return self._without_values(known)
        fitted = self._believing(self._fitted(rows, values), waiting)
        if known and len(tried) < self.first:
            return self.points[
                known[
                    int(np.argmax(self._gain(fitted, self.at[known], _reached(fitted), len(tried))))
                ]
            ]
        return self._best(fitted, rows, values, known, tried)

    def _without_values(self, known: list[int]) -> Params:
        """Return the point with the best mean, or a random configuration: no trial has ended."""
        if not known or self.known is None:
            return self.columns.params(self.columns.random(1, self._rng.rng)[0])
        return self.points[max(known, key=lambda i: float(self.known.mean[i]))]  # type: ignore[union-attr]

    def _best(
        self,
        fitted: Fitted,
        rows: list[Params],
        values: list[float],
        known: list[int],
        tried: set[Any],
    ) -> Params:
        """Return the configuration not tried yet with the greatest expected improvement, of known, random and near ones."""
        rng = self._rng.rng
        gain = partial(self._gain, fitted, reached=_reached(fitted), tried=len(tried))
        tops = self.columns.positions([rows[i] for i in np.argsort(values)[::-1][:TOPS]])
        first = np.vstack(
            [
                self.at[known],
                self.columns.random(self.candidates, rng),
                self.columns.near(tops, self.candidates, rng),
            ]
        )
        gains = gain(first)
        nearer = self.columns.near(first[np.argsort(gains)[::-1][:TOPS]], self.candidates // 2, rng)
        every, gains = np.vstack([first, nearer]), np.concatenate([gains, gain(nearer)])
        ordered = (self.columns.params(every[i]) for i in np.argsort(-gains, kind="stable"))
        return next((p for p in ordered if key_of(p) not in tried), self.columns.params(every[0]))

    def _fitted(self, rows: list[Params], values: list[float]) -> Fitted:
        rows, values = _kept(rows, values)
        X, y = self._features(rows), lifted(values)
        return condition(Process(self.known, self._shape(X, y)), X, y)

    def _shape(self, X: Array, y: Array) -> Shape:
        """Return the process's parameters, which follow from the values alone, not from how the search came to them."""
        count = max((n for n in FITS if n <= len(y)), default=len(y))
        X, y = X[:count], y[:count]
        start = Shape(
            np.full(X.shape[1], _length(X.shape[1])),
            SPREAD,
            NOISE,
            max(float(np.std(y)), 1e-12) / SPREAD,
        )
        if count < FEW or X.shape[1] == 0:
            return start
        key = (count, y.tobytes())
        if key not in self._shapes:
            self._shapes = {key: fit(self.known, start, X, y)}
        return self._shapes[key]

    def _believing(self, fitted: Fitted, waiting: list[Params]) -> Fitted:
        """Return the process after the running trials too, as if they ended as foretold."""
        if not waiting:
            return fitted
        X = self._features(waiting)
        mean, _ = fitted.foretell(X)
        scale = fitted.process.shape.scale
        return condition(
            fitted.process,
            np.vstack([fitted.points, X]),
            np.concatenate([fitted.values, (mean + fitted.level) * scale]),
        )

    def _features(self, rows: list[Params]) -> Array:
        return self.columns.features(self.columns.positions(rows))

    def _gain(self, fitted: Fitted, positions: Array, reached: float, tried: int) -> Array:
        """Return the expected improvement, at first per second."""
        mean, spread = fitted.foretell(self.columns.features(positions))
        logarithm = sum(
            (p * self.columns.logarithms(n, positions) for n, p in self.cost.items()),
            np.zeros(len(positions)),
        )
        return np.asarray(
            expected_gain(mean, spread, reached) * np.exp(-logarithm * COOLED / (COOLED + tried))
        )


def _check(
    space: Mapping[str, Any],
    points: Sequence[Params],
    scores: Sequence[Any],
    weights: Any,
    cost: Mapping[str, float],
) -> None:
    for name, value in (item for p in points for item in p.items()):
        if name not in space or not _holds(space[name], value):
            raise ValueError(
                f"points must lie in the space, got {name}={value!r} for {space.get(name)}"
            )
    for name in cost:
        if isinstance(space.get(name), CategoricalDistribution | None) or not space[name].low > 0:
            raise ValueError(
                f"cost must be of numbers > 0 in the space, got {name} for {space.get(name)}"
            )
    lengths = [len(row) for row in scores]
    if len(lengths) != len(points) or len(set(lengths)) > 1 or 0 in lengths:
        raise ValueError(
            f"scores must have a row of as many tasks for each of {len(points)} points, got rows of {lengths}"
        )
    if weights is not None and (
        len(weights) != max(lengths, default=0) or min(weights) < 0 or not sum(weights) > 0
    ):
        raise ValueError(
            f"weights must be one >= 0 for each of {max(lengths, default=0)} tasks, got {list(weights)}"
        )


def _holds(distribution: Any, value: Any) -> bool:
    if isinstance(distribution, CategoricalDistribution):
        return value in distribution.choices
    return isinstance(value, int | float) and distribution.low <= value <= distribution.high


def _reached(fitted: Fitted) -> float:
    """Return the best mean score of what was tried: without the noise of its value."""
    return float(fitted.foretell(fitted.points)[0].max())


def primitive(distribution: Any) -> Primitive:
    """Return a distribution of Optuna's as a primitive parameter."""
    if isinstance(distribution, CategoricalDistribution):
        return Labels(tuple(distribution.choices))  # type: ignore[arg-type]
    whole = isinstance(distribution, IntDistribution)
    step = None if distribution.log else distribution.step
    return Numbers(distribution.low, distribution.high, distribution.log, step, whole)


def _length(width: int) -> float:
    """Return the lengthscale to start from: wider spaces are smoother in each column."""
    return LENGTH * max(1.0, math.sqrt(width / 8))


def _known(features: Array, scores: Any, weights: Any) -> Known | None:
    if not len(features):
        return None
    table = np.asarray(scores, dtype=float)
    share = np.full(table.shape[1], 1.0) if weights is None else np.asarray(weights, dtype=float)
    return Known(features, table, share / share.sum())


def _values(
    past: Sequence[FrozenTrial], sign: float, space: Mapping[str, Any]
) -> tuple[list[Params], list[float]]:
    """Return the configurations that ended and their values; one that failed or was stopped counts as the poorest.

    Where all values are equal, as of the only trial that finished, it counts as poorer by any
    amount: values have no scale.
    """
    done = [
        (t.params, sign * t.value)
        for t in past
        if t.state is TrialState.COMPLETE and t.value is not None and math.isfinite(t.value)
    ]
    poor, top = (f((v for _, v in done), default=0.0) for f in (min, max))
    poor -= max(1.0, abs(poor)) if done and poor == top else 0.0
    others = [
        (t.params, poor)
        for t in past
        if t.state in (TrialState.FAIL, TrialState.PRUNED) and t.params
    ]
    both = [(p, v) for p, v in (*done, *others) if set(p) <= set(space)]
    return [p for p, _ in both], [v for _, v in both]


def _kept(rows: list[Params], values: list[float]) -> tuple[list[Params], list[float]]:
    if len(values) <= MOST:
        return rows, values
    best = set(np.argsort(values)[::-1][: MOST // 2].tolist()) | set(
        range(len(values) - MOST // 2, len(values))
    )
    return [rows[i] for i in sorted(best)], [values[i] for i in sorted(best)]
