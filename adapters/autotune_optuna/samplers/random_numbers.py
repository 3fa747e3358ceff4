"""A sampler's random numbers."""

import numpy as np


class RandomNumbers:
    """A generator that is made when it is first used: copies of an unused one draw differently.

    Samplers of Optuna keep theirs in the same way, so one wrapper can reseed any of them. A
    `cached_property` would not do: before Python 3.12 it holds a lock, and Ray pickles the class.
    """

    def __init__(self, seed: int | None) -> None:
        self._seed = seed
        self._generator: np.random.RandomState | None = None

    @property
    def rng(self) -> np.random.RandomState:
        """The generator itself."""
        if self._generator is None:
            self._generator = np.random.RandomState(self._seed)
        return self._generator
