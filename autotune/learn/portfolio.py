"""Choosing starting configurations: greedily those that together serve the tasks best."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autotune.learn.surface import Surface
from autotune.space.labels import Params
from autotune.surrogate.gaussian_process import Array

# A further configuration that adds less to the mean of the best scores is not worth its line.
ENOUGH = 0.003


@dataclass(frozen=True)
class Scored:
    """Configurations and what they score on tasks."""

    points: tuple[Params, ...]
    """The configurations."""
    origins: tuple[str, ...]
    """The task that each configuration was best on, or `CITED` or `DEFAULTS`."""
    tasks: tuple[str, ...]
    """The names of the tasks."""
    scores: Array
    """The scores, of shape (configurations, tasks)."""
    ends: tuple[tuple[float, float] | None, ...]
    """The metric of each task at the scores 0 and 1."""

    def without(self, tasks: Collection[str]) -> "Scored":
        """Return what would be known had these tasks never been seen."""
        rows = [i for i, origin in enumerate(self.origins) if origin not in tasks]
        columns = [i for i, task in enumerate(self.tasks) if task not in tasks]
        return self.taken(rows, columns)

    def chosen(self, size: int) -> "Scored":
        """Return a portfolio of at most ``size`` configurations, then the library's defaults.

        Configurations from no task (cited ones, the defaults) compete with the others.

        The first has the best mean score; each next one adds most to the mean of the best score so
        far: the greedy rule of auto-sklearn 2 (Feurer et al. (2022), JMLR 23) and of Pfisterer et
        al. (2021), Learning multiple defaults, GECCO.
        """
        chosen: list[int] = []
        reached = np.full(len(self.tasks), -1.0)
        while len(chosen) < min(size, len(self.points)):
            means = np.maximum(self.scores, reached).mean(1)
            means[chosen] = -np.inf
            if chosen and means.max() - reached.mean() < ENOUGH:
                break
            chosen.append(int(np.argmax(means)))
            reached = np.maximum(reached, self.scores[chosen[-1]])
        defaults = [
            i for i, origin in enumerate(self.origins) if origin == DEFAULTS and i not in chosen
        ]
        return self.taken([*chosen, *defaults], list(range(len(self.tasks))))

    def taken(self, rows: Sequence[int], columns: Sequence[int]) -> "Scored":
        """Return some of the configurations on some of the tasks."""
        return Scored(
            tuple(self.points[i] for i in rows),
            tuple(self.origins[i] for i in rows),
            tuple(self.tasks[i] for i in columns),
            self.scores[np.ix_(rows, columns)],
            tuple(self.ends[i] for i in columns),
        )


CITED, DEFAULTS = "(cited)", "(defaults)"


def scored(
    surfaces: Sequence[Surface], cited: Sequence[Params] = (), defaults: Params | None = None
) -> Scored:
    """Return what the tasks' best configurations, and others worth a look, score on every task."""
    candidates = [(dict(params), CITED) for params in cited] + (
        [(dict(defaults), DEFAULTS)] if defaults else []
    )
    candidates += [(_rounded(top), surface.task) for surface in surfaces for top in surface.tops]
    distinct = [
        (point, origin)
        for i, (point, origin) in enumerate(candidates)
        if point not in [earlier for earlier, _ in candidates[:i]]
    ]
    points = [point for point, _ in distinct]
    scores = np.stack([surface.scores(points) for surface in surfaces], axis=1)
    tasks, ends = (
        tuple(surface.task for surface in surfaces),
        tuple(surface.ends for surface in surfaces),
    )
    return Scored(
        tuple(points), tuple(origin for _, origin in distinct), tasks, np.round(scores, 2), ends
    )


def _rounded(params: Params) -> dict[str, Any]:
    """Return the params with numbers of three digits, as a person would write them."""
    return {
        name: float(f"{value:.3g}") if isinstance(value, float) else value
        for name, value in params.items()
    }
