"""Engine parameters as rows of numbers for a Gaussian process: numbers by their position on their own scale, labels one-hot.

A configuration is a row of positions, a column per parameter: a number's place in 0..1, a label's
index, NaN where not used.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autotune.space.parameters import Labels, Numbers, Primitive
from autotune.space.scale import between_ends
from autotune.surrogate.gaussian_process import Array

Params = dict[str, Any]
UNKNOWN = 0.5  # where a parameter is not used: the middle, no nearer to one value than to another


class Columns:
    """Translates a fixed space's parameters to positions and back, and draws new positions.

    ``used`` drops from full parameters those that their conditions leave unused; what it drops
    depends on labels alone.
    """

    def __init__(
        self, space: Mapping[str, Primitive], used: Callable[[Params], Params] | None = None
    ) -> None:
        self.space = {n: p for n, p in space.items() if _is_open(p)}
        self.only = {n: _value(p, 0.0) for n, p in space.items() if not _is_open(p)}
        self.used = used
        self.labels = np.array([isinstance(p, Labels) for p in self.space.values()], dtype=bool)
        self.counts = np.array(
            [len(p.labels) if isinstance(p, Labels) else 0 for p in self.space.values()]
        )
        self._unused: dict[bytes, Array] = {}

    def positions(self, rows: Sequence[Params]) -> Array:
        """Return the positions (rows x parameters) of parameters."""
        found = np.full((len(rows), len(self.space)), np.nan)
        for column, (name, primitive) in enumerate(self.space.items()):
            for i, row in enumerate(rows):
                if name in row:
                    found[i, column] = _position(primitive, row[name])
        return found

    def params(self, row: Array) -> Params:
        """Return the parameters at one row of positions."""
        found = {
            n: _value(p, float(x))
            for (n, p), x in zip(self.space.items(), row, strict=True)
            if not np.isnan(x)
        }
        whole = {**self.only, **found}
        return self.used(whole) if self.used else whole

    def features(self, positions: Array) -> Array:
        """Return what distances are taken of: positions, labels one-hot, as far apart as the two ends of a number."""
        parts = []
        for column, primitive in enumerate(self.space.values()):
            x = positions[:, column]
            if isinstance(primitive, Labels):
                parts.append((x[:, None] == np.arange(len(primitive.labels))) / math.sqrt(2))
            else:
                parts.append(np.where(np.isnan(x), UNKNOWN, x)[:, None])
        return np.hstack(parts) if parts else np.zeros((len(positions), 0))

    def logarithms(self, name: str, positions: Array) -> Array:
        """Return the logarithms of a positive number's values; where it is not used it counts as at its upper end."""
        numbers, column = self.space[name], list(self.space).index(name)
        assert isinstance(numbers, Numbers)
        low, high = _ends(numbers)
        values = low + np.nan_to_num(positions[:, column], nan=1.0) * (high - low)
        return np.asarray(values if numbers.log else np.log(values))

    def random(self, count: int, rng: Any) -> Array:
        """Return positions drawn uniformly, with a `numpy.random.RandomState`."""
        return self._legal(self._any((count, len(self.space)), rng))

    def near(self, centres: Array, count: int, rng: Any) -> Array:
        """Return positions near some others: about half of the parameters moved, a little or farther."""
        shape = (count, len(self.space))
        chosen = centres[rng.randint(len(centres), size=count)]
        moved = rng.random_sample(shape) < 0.5
        steps = rng.normal(size=shape) * 10 ** rng.uniform(-2, -0.5, (count, 1))
        fresh = self._any(shape, rng)
        beside = np.where(self.labels, fresh, np.clip(chosen + steps, 0, 1))
        return self._legal(np.where(np.isnan(chosen), fresh, np.where(moved, beside, chosen)))

    def _any(self, shape: tuple[int, int], rng: Any) -> Array:
        drawn = rng.random_sample(shape)
        return np.asarray(np.where(self.labels, np.floor(drawn * self.counts), drawn))

    def _legal(self, positions: Array) -> Array:
        """Return the positions on the values there are, with NaN where a parameter is not used."""
        for column, primitive in enumerate(self.space.values()):
            if isinstance(primitive, Numbers) and (primitive.whole or primitive.step):
                positions[:, column] = _snapped(primitive, positions[:, column])
        if self.used is not None:
            positions[
                np.array([self._mask(row) for row in positions], dtype=bool).reshape(
                    positions.shape
                )
            ] = np.nan
        return positions

    def _mask(self, row: Array) -> Array:
        key = row[self.labels].tobytes()
        if key not in self._unused:
            params = self.params(row)
            self._unused[key] = np.array([n not in params for n in self.space])
        found: Array = self._unused[key]
        return found


def _is_open(primitive: Primitive) -> bool:
    """Return whether there is more than one value."""
    return (
        len(primitive.labels) > 1
        if isinstance(primitive, Labels)
        else primitive.low < primitive.high
    )


def _ends(numbers: Numbers) -> tuple[float, float]:
    return (
        (math.log(numbers.low), math.log(numbers.high))
        if numbers.log
        else (numbers.low, numbers.high)
    )


def _position(primitive: Primitive, value: Any) -> float:
    if isinstance(primitive, Labels):
        return float(primitive.labels.index(value)) if value in primitive.labels else math.nan
    low, high = _ends(primitive)
    return ((math.log(value) if primitive.log else value) - low) / (high - low)


def _value(primitive: Primitive, position: float) -> Any:
    if isinstance(primitive, Labels):
        return primitive.labels[int(position)]
    value = _stepped(
        primitive, between_ends(primitive.low, primitive.high, primitive.log, position)
    )
    return int(value) if primitive.whole else float(value)


def _stepped(numbers: Numbers, value: Any) -> Any:
    """Return the nearest value there is, of one number or of many."""
    step = numbers.step if numbers.step and not numbers.log else 1 if numbers.whole else None
    if step is not None:
        value = numbers.low + np.floor((value - numbers.low) / step + 0.5) * step
    return np.clip(value, numbers.low, numbers.high)


def _snapped(numbers: Numbers, positions: Array) -> Array:
    low, high = _ends(numbers)
    values = low + positions * (high - low)
    values = _stepped(numbers, np.exp(values) if numbers.log else values)
    return np.asarray(((np.log(values) if numbers.log else values) - low) / (high - low))
