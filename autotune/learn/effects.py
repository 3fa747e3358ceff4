"""How much each hyperparameter matters over tasks, and where their best values lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autotune.learn.surface import Surface, columns_of
from autotune.space.parameters import Asked
from autotune.space.search_space import Space

DRAWS = 150


@dataclass(frozen=True)
class Effects:
    """By hyperparameter: its importance over tasks, most important first; 5 and 95 % of the tasks' best values; and the
    power of it that a fit's seconds grow with.
    """

    importance: dict[str, float] = field(default_factory=dict)
    bests: dict[str, list[float]] = field(default_factory=dict)
    cost: dict[str, float] = field(default_factory=dict)


def effects_of(surfaces: Sequence[Surface], space: Space) -> Effects:
    """Return the effects of a space's hyperparameters.

    Importance is the total-effect index of Jansen (1999), Computer Physics Communications 117, on
    random configurations: the share of a task's variance in score that goes when all but one
    hyperparameter are held, mean over tasks.
    """
    columns, asked, rng = columns_of(space), Asked(space), np.random.RandomState(0)
    plain, other = (
        [asked.decode(columns.params(x)) for x in columns.random(DRAWS, rng)] for _ in range(2)
    )
    base = [s.scores(plain) for s in surfaces]
    found = {}
    for name in space.domains:
        changed = [
            space.complete({**a, name: b[name]}) if name in b else a
            for a, b in zip(plain, other, strict=True)
        ]
        # A parent that is changed may ask for what the first draw lacks; that comes from the
        # second.
        whole = [space.complete({**b, **c}) for b, c in zip(other, changed, strict=True)]
        shares = [
            np.mean((f - s.scores(whole)) ** 2) / (2 * np.var(f))
            for s, f in zip(surfaces, base, strict=True)
            if np.var(f) > 0
        ]
        found[name] = round(float(np.mean(shares)), 2)
    return Effects(dict(sorted(found.items(), key=lambda pair: -pair[1])), _bests(surfaces, space))


def _bests(surfaces: Sequence[Surface], space: Space) -> dict[str, list[float]]:
    tops = [s.tops[0] for s in surfaces]
    values = {
        n: [
            t[n]
            for t in tops
            if isinstance(t.get(n), int | float) and not isinstance(t.get(n), bool)
        ]
        for n in space.domains
    }
    ends = {
        n: np.quantile(vs, [0.05, 0.95]) for n, vs in values.items() if len(vs) >= len(tops) / 2
    }
    return {n: [float(f"{e:.2g}") for e in pair] for n, pair in ends.items()}
