"""A sampler's random numbers."""

from functools import cached_property

import numpy as np


class RandomNumbers:
    """A generator that is made when it is first used: copies of an unused one draw differently.

    Samplers of Optuna keep theirs in the same way, so one wrapper can reseed any of them.
    """

    def __init__(self, seed: int | None) -> None:
        self._seed = seed

    @cached_property
    def rng(self) -> np.random.RandomState:
        """The generator itself."""
        return np.random.RandomState(self._seed)
