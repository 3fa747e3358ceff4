"""One task's surface: what any configuration would score there, predicted from its trials."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from autotune.knowledge import LEVELS, Entry
from autotune.knowledge.hyperparameter import Level
from autotune.learn.history import History
from autotune.space.adjust import include, nearest
from autotune.space.domains import Domain, Float, Int
from autotune.space.labels import Params, ParamValue
from autotune.space.parameters import ParameterDecoder, encode, primitives
from autotune.space.search_space import Space
from autotune.surrogate.features import Columns
from autotune.surrogate.gaussian_process import (
    Array,
    GaussianProcess,
    ProcessParameters,
    clip_worst,
    condition,
    fit,
)

TOPS, RANDOM, FEWEST = 3, 300, 8
NOTHING = 1e-9  # a gain that is rounding


@dataclass(frozen=True)
class Surface:
    """One task: its best configurations, and what any configuration would score."""

    task: str
    """The task's name."""
    tops: tuple[Params, ...]
    """The best configurations, best first."""
    scores: Callable[[Sequence[Params]], Array]
    """Predicts scores: 1 is the best known on the task, 0 the median of a random search."""
    ends: tuple[float, float] | None = None
    """The metric at the scores 0 and 1, by which algorithms may be compared."""


def space_of(entry: Entry, seen: Sequence[History] = (), effort: Level = "useful") -> Space:
    """Return the space that an entry's configurations are compared in: what the effort level tunes.

    Where data widened a range, so that trials ``seen`` are outside the plain one, it is widened to
    hold them.
    """
    tuned = {
        name: hyperparameter
        for name, hyperparameter in entry.hyperparameters.items()
        if LEVELS.index(hyperparameter.importance) <= LEVELS.index(effort)
    }
    when = {
        name: {
            parent: tuple(allowed)
            for parent, allowed in hyperparameter.when.items()
            if parent in tuned
        }
        for name, hyperparameter in tuned.items()
    }
    values = {
        name: [params[name] for history in seen for params in history.params if name in params]
        for name in tuned
    }
    domains = {
        name: reduce(include, _ends(hyperparameter.domain(), values[name]), hyperparameter.domain())
        for name, hyperparameter in tuned.items()
    }
    return Space(domains, {name: condition for name, condition in when.items() if condition})


def _ends(domain: Domain, values: Sequence[ParamValue]) -> list[Any]:
    numbers = [
        value
        for value in values
        if isinstance(domain, Float | Int)
        and isinstance(value, int | float)
        and not isinstance(value, bool)
    ]
    return (
        [end for end in (min(numbers), max(numbers)) if not domain.contains(end)] if numbers else []
    )


def columns_of(space: Space) -> Columns:
    """Return a space as columns of numbers."""
    decoder = ParameterDecoder(space)
    parameters = {
        parameter: kind
        for name, domain in space.domains.items()
        for parameter, kind in primitives(name, domain).items()
    }
    return Columns(parameters, lambda params: encode(space, decoder.decode(params)))


def moved_inside(space: Space, params: Params) -> dict[str, Any]:
    """Return the space's params, each moved to the nearest legal value, without unknown labels."""
    moved = {
        name: nearest(space.domains[name], value)
        for name, value in params.items()
        if name in space.domains
    }
    return space.complete(
        {name: value for name, value in moved.items() if space.domains[name].contains(value)}
    )


def surface_of(history: History, space: Space) -> Surface | None:
    """Return the surface of a task, or None if too few trials gave different values.

    A trial without a value counts as the worst that was seen.
    """
    values = [value for _, value in history.finished]
    if len(values) < FEWEST or max(values) == min(values):
        return None
    columns = columns_of(space)
    y = np.array([min(values) if value is None else value for value in history.values])
    rows = [encode(space, moved_inside(space, params)) for params in history.params]
    at = columns.features(columns.positions(rows))
    predict = _predictor(at, clip_worst(y))
    draws = columns.features(columns.random(RANDOM, np.random.RandomState(0)))
    drawn, best = predict(draws), float(predict(at).max())
    middle = float(np.median(drawn))
    if best <= middle:  # of two values most draws may have the better one
        middle = float(drawn.mean())
    if best - middle <= NOTHING * abs(best):
        return None

    def scores(points: Sequence[Params]) -> Array:
        features = columns.features(
            columns.positions([encode(space, moved_inside(space, point)) for point in points])
        )
        return np.clip((predict(features) - middle) / (best - middle), -1, 1)

    order = np.argsort(-predict(at))[:TOPS]
    return Surface(
        history.task,
        tuple(moved_inside(space, history.params[i]) for i in order),
        scores,
        (middle, best),
    )


def _predictor(X: Array, y: Array) -> Callable[[Array], Array]:
    start = ProcessParameters(np.full(X.shape[1], 0.6), 0.5, 0.1, float(y.std()) / 0.5)
    posterior = condition(GaussianProcess(None, fit(None, start, X, y)), X, y)
    scale = posterior.process.parameters.scale
    return lambda points: (posterior.predict(points)[0] + posterior.level) * scale
