"""How much each hyperparameter matters over tasks, and the range of their best values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autotune.learn.surface import Surface, columns_of
from autotune.space.parameters import ParameterDecoder
from autotune.space.search_space import Space

DRAWS = 150


@dataclass(frozen=True)
class Effects:
    """What each hyperparameter matters over tasks."""

    importance: dict[str, float] = field(default_factory=dict)
    """By hyperparameter the share of the score's variance, the most important first."""
    bests: dict[str, list[float]] = field(default_factory=dict)
    """By hyperparameter 5 and 95 % of the tasks' best values."""
    cost: dict[str, float] = field(default_factory=dict)
    """By hyperparameter the power of it that a fit's seconds grow with."""


def effects_of(surfaces: Sequence[Surface], space: Space) -> Effects:
    """Return the effects of a space's hyperparameters.

    Importance is the total-effect index of Jansen (1999), Computer Physics Communications 117, on
    random configurations: the share of a task's variance in score that goes when all but one
    hyperparameter are held, mean over tasks.
    """
    columns, decoder, rng = columns_of(space), ParameterDecoder(space), np.random.RandomState(0)
    plain, other = (
        [decoder.decode(columns.params(row)) for row in columns.random(DRAWS, rng)]
        for _ in range(2)
    )
    base = [surface.scores(plain) for surface in surfaces]
    importance = {}
    for name in space.domains:
        changed = [
            space.complete({**params, name: other_params[name]}) if name in other_params else params
            for params, other_params in zip(plain, other, strict=True)
        ]
        # A parent that is changed may ask for what the first draw lacks; that comes from the
        # second.
        completed = [
            space.complete({**other_params, **changed_params})
            for other_params, changed_params in zip(other, changed, strict=True)
        ]
        shares = [
            np.mean((base_scores - surface.scores(completed)) ** 2) / (2 * np.var(base_scores))
            for surface, base_scores in zip(surfaces, base, strict=True)
            if np.var(base_scores) > 0
        ]
        importance[name] = round(float(np.mean(shares)), 2)
    return Effects(
        dict(sorted(importance.items(), key=lambda pair: -pair[1])), _bests(surfaces, space)
    )


def _bests(surfaces: Sequence[Surface], space: Space) -> dict[str, list[float]]:
    tops = [surface.tops[0] for surface in surfaces]
    values = {
        name: [
            top[name]
            for top in tops
            if isinstance(top.get(name), int | float) and not isinstance(top.get(name), bool)
        ]
        for name in space.domains
    }
    ends = {
        name: np.quantile(numbers, [0.05, 0.95])
        for name, numbers in values.items()
        if len(numbers) >= len(tops) / 2
    }
    return {name: [float(f"{end:.2g}") for end in pair] for name, pair in ends.items()}
