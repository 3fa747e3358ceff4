"""Engine parameters as columns of numbers for a Gaussian process: numbers on their own scale in 0..1, labels one-hot."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autotune.encode import Labels, Numbers, Primitive
from autotune.gaussian import Array

Params = dict[str, Any]
UNKNOWN = 0.5  # where a parameter is not used: the middle, no nearer to one value than to another
_ABSENT = object()


class Columns:
    """Encodes parameters of a fixed space as rows of numbers, and draws new parameters.

    A parameter that is not used in a configuration is absent from it. ``used`` drops from full parameters those that their
    conditions leave unused.
    """

    def __init__(self, space: Mapping[str, Primitive], used: Callable[[Params], Params] | None = None) -> None:
        self.space = {n: p for n, p in space.items() if _is_open(p)}
        self.only = {n: _at(p, 0.5) for n, p in space.items() if not _is_open(p)}
        self.used = used or (lambda params: params)

    def encode(self, rows: Sequence[Params]) -> Array:
        """Return the columns (rows x columns)."""
        parts = [_encode(p, [row.get(n, _ABSENT) for row in rows]) for n, p in self.space.items()]
        return np.column_stack(parts) if parts else np.zeros((len(rows), 0))

    def random(self, count: int, rng: Any) -> list[Params]:
        """Return configurations drawn uniformly, each parameter on its own scale, with a `numpy.random.RandomState`."""
        drawn = rng.random_sample((count, len(self.space)))
        return [self._whole({n: _at(p, u) for (n, p), u in zip(self.space.items(), row, strict=True)}) for row in drawn]

    def near(self, centres: Sequence[Params], count: int, rng: Any) -> list[Params]:
        """Return configurations near some others: about half of the parameters moved, a little or farther."""
        shape = (count, len(self.space))
        moved, fresh = rng.random_sample(shape) < 0.5, rng.random_sample(shape)
        steps = rng.normal(size=shape) * 10 ** rng.uniform(-2, -0.5, (count, 1))
        chosen = rng.randint(len(centres), size=count)
        return [self._beside(centres[chosen[i]], moved[i], steps[i], fresh[i]) for i in range(count)]

    def _beside(self, centre: Params, moved: Array, steps: Array, fresh: Array) -> Params:
        changed = {
            n: _moved(p, centre.get(n, _ABSENT), steps[i], fresh[i])
            for i, (n, p) in enumerate(self.space.items())
            if moved[i] or n not in centre
        }
        return self._whole({**centre, **changed})

    def _whole(self, params: Params) -> Params:
        return self.used({**self.only, **params})


def _is_open(primitive: Primitive) -> bool:
    """Return whether there is more than one value."""
    return len(primitive.labels) > 1 if isinstance(primitive, Labels) else primitive.low < primitive.high


def _encode(primitive: Primitive, values: Sequence[Any]) -> Array:
    if isinstance(primitive, Labels):
        # Two labels are as far apart as the two ends of a number.
        return np.array([[(v == c) / math.sqrt(2) for c in primitive.labels] for v in values], dtype=float)
    low, high = _ends(primitive)
    raw = np.array([np.nan if v is _ABSENT else v for v in values], dtype=float)
    position = ((np.log(raw) if primitive.log else raw) - low) / (high - low)
    return np.where(np.isnan(position), UNKNOWN, position)[:, None]


def _ends(numbers: Numbers) -> tuple[float, float]:
    return (math.log(numbers.low), math.log(numbers.high)) if numbers.log else (numbers.low, numbers.high)


def _at(primitive: Primitive, position: float) -> Any:
    """Return the value at a position in 0..1 of a parameter's scale."""
    if isinstance(primitive, Labels):
        return primitive.labels[min(int(position * len(primitive.labels)), len(primitive.labels) - 1)]
    low, high = _ends(primitive)
    value = low + position * (high - low)
    value = math.exp(value) if primitive.log else value
    if primitive.step is not None and not primitive.log:
        value = primitive.low + math.floor((value - primitive.low) / primitive.step + 0.5) * primitive.step
    value = min(max(value, primitive.low), primitive.high)
    return round(value) if primitive.whole else float(value)


def _moved(primitive: Primitive, value: Any, step: float, fresh: float) -> Any:
    if isinstance(primitive, Labels) or value is _ABSENT:
        return _at(primitive, fresh)
    low, high = _ends(primitive)
    position = ((math.log(value) if primitive.log else value) - low) / (high - low)
    return _at(primitive, min(max(position + step, 0.0), 1.0))
