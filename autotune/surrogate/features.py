"""Engine parameters as rows of numbers for a Gaussian process.

A configuration is a row of positions, a column per parameter: a number's place in 0..1 on its own
scale, a label's index, NaN where the parameter is not used. Distances are taken of features:
positions, with labels one-hot.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autotune.space.parameters import Labels, Numbers, Primitive
from autotune.space.scale import between_ends
from autotune.surrogate.gaussian_process import Array

Params = dict[str, Any]
Random = np.random.RandomState
UNUSED_POSITION = 0.5  # the middle: no nearer to one value than to another


class Columns:
    """Translates a fixed space's parameters to positions and back, and draws new positions.

    ``used`` drops from full parameters those that their conditions leave unused; what it drops
    depends on labels alone.
    """

    def __init__(
        self, space: Mapping[str, Primitive], used: Callable[[Params], Params] | None = None
    ) -> None:
        self.space = {n: p for n, p in space.items() if not _is_constant(p)}
        self.constants = {n: _value(p, 0.0) for n, p in space.items() if _is_constant(p)}
        self.used = used
        self.labels = np.array([isinstance(p, Labels) for p in self.space.values()], dtype=bool)
        self.counts = np.array(
            [len(p.labels) if isinstance(p, Labels) else 0 for p in self.space.values()]
        )
        self._unused: dict[bytes, Array] = {}

    def positions(self, rows: Sequence[Params]) -> Array:
        """Return the positions (rows x parameters) of parameters."""
        positions = np.full((len(rows), len(self.space)), np.nan)
        for column, (name, primitive) in enumerate(self.space.items()):
            for i, row in enumerate(rows):
                if name in row:
                    positions[i, column] = _position(primitive, row[name])
        return positions

    def params(self, row: Array) -> Params:
        """Return the parameters at one row of positions."""
        columns = zip(self.space.items(), row, strict=True)
        params = {
            name: _value(primitive, float(position))
            for (name, primitive), position in columns
            if not np.isnan(position)
        }
        complete = {**self.constants, **params}
        return self.used(complete) if self.used else complete

    def features(self, positions: Array) -> Array:
        """Return positions with labels one-hot (rows x features).

        Two labels are as far apart as the two ends of a number.
        """
        parts = []
        for index, primitive in enumerate(self.space.values()):
            column = positions[:, index]
            if isinstance(primitive, Labels):
                one_hot = column[:, None] == np.arange(len(primitive.labels))
                parts.append(one_hot / math.sqrt(2))
            else:
                parts.append(np.where(np.isnan(column), UNUSED_POSITION, column)[:, None])
        return np.hstack(parts) if parts else np.zeros((len(positions), 0))

    def logarithms(self, name: str, positions: Array) -> Array:
        """Return the logarithms of a positive number's values, its upper end's where not used."""
        numbers, column = self.space[name], list(self.space).index(name)
        assert isinstance(numbers, Numbers)
        low, high = _ends(numbers)
        values = low + np.nan_to_num(positions[:, column], nan=1.0) * (high - low)
        return np.asarray(values if numbers.log else np.log(values))

    def random(self, count: int, rng: Random) -> Array:
        """Return positions drawn uniformly (count x parameters)."""
        return self._legal(self._uniform((count, len(self.space)), rng))

    def near(self, centers: Array, count: int, rng: Random) -> Array:
        """Return positions near some centers: about half of the parameters are moved."""
        shape = (count, len(self.space))
        chosen = centers[rng.randint(len(centers), size=count)]
        moved = rng.random_sample(shape) < 0.5
        steps = rng.normal(size=shape) * 10 ** rng.uniform(-2, -0.5, (count, 1))
        fresh = self._uniform(shape, rng)
        neighbors = np.where(self.labels, fresh, np.clip(chosen + steps, 0, 1))
        return self._legal(np.where(np.isnan(chosen), fresh, np.where(moved, neighbors, chosen)))

    def _uniform(self, shape: tuple[int, int], rng: Random) -> Array:
        drawn = rng.random_sample(shape)
        return np.asarray(np.where(self.labels, np.floor(drawn * self.counts), drawn))

    def _legal(self, positions: Array) -> Array:
        """Return the positions moved to legal values, NaN where a parameter is not used."""
        for column, primitive in enumerate(self.space.values()):
            if isinstance(primitive, Numbers) and (primitive.is_integer or primitive.step):
                positions[:, column] = _snapped(primitive, positions[:, column])
        if self.used is not None:
            masks = np.array([self._mask(row) for row in positions], dtype=bool)
            positions[masks.reshape(positions.shape)] = np.nan
        return positions

    def _mask(self, row: Array) -> Array:
        """Return which parameters a row does not use; computed once for the same labels."""
        key = row[self.labels].tobytes()
        if key not in self._unused:
            params = self.params(row)
            self._unused[key] = np.array([n not in params for n in self.space])
        return self._unused[key]


def _is_constant(primitive: Primitive) -> bool:
    """Return whether there is one value only."""
    if isinstance(primitive, Labels):
        return len(primitive.labels) <= 1
    return primitive.low >= primitive.high


def _ends(numbers: Numbers) -> tuple[float, float]:
    if numbers.log:
        return math.log(numbers.low), math.log(numbers.high)
    return numbers.low, numbers.high


def _position(primitive: Primitive, value: Any) -> float:
    if isinstance(primitive, Labels):
        return float(primitive.labels.index(value)) if value in primitive.labels else math.nan
    low, high = _ends(primitive)
    return ((math.log(value) if primitive.log else value) - low) / (high - low)


def _value(primitive: Primitive, position: float) -> Any:
    if isinstance(primitive, Labels):
        return primitive.labels[int(position)]
    number = between_ends(primitive.low, primitive.high, primitive.log, position)
    value = _stepped(primitive, number)
    return int(value) if primitive.is_integer else float(value)


def _stepped(numbers: Numbers, value: Any) -> Any:
    """Return the nearest legal value, of one number or of an array."""
    step = numbers.step
    if not step or numbers.log:
        step = 1 if numbers.is_integer else None
    if step is not None:
        value = numbers.low + np.floor((value - numbers.low) / step + 0.5) * step
    return np.clip(value, numbers.low, numbers.high)


def _snapped(numbers: Numbers, positions: Array) -> Array:
    low, high = _ends(numbers)
    values = low + positions * (high - low)
    values = _stepped(numbers, np.exp(values) if numbers.log else values)
    return np.asarray(((np.log(values) if numbers.log else values) - low) / (high - low))
