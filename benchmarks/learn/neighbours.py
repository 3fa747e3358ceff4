"""Whether tasks of similar size deserve more weight.

Run it with ``python -m benchmarks.learn.neighbours DATA [ENTRY...]``.

Each real dataset is left out of its entry's table in turn; the portfolio is chosen from the rest,
and the sampler tries it with the other tasks weighted evenly, by kind (classes or numbers), by the
data's size, or both. What is left after so many trials is 0 at the best known and 1 at a random
search's median. Tasks whose size is not known, a surrogate's, have the mean weight.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution

from autotune import autotune
from autotune.learn import Scored
from autotune.learn.surface import moved_inside
from autotune.record.distributions import distribution
from autotune.space.parameters import encode, primitives
from autotune.space.search_space import Space
from autotune_optuna.samplers.knowledge_sampler import KnowledgeSampler
from benchmarks.learn.__main__ import SIZE, TABLES, load
from benchmarks.learn.data import datasets
from benchmarks.learn.leave_out import related
from benchmarks.measure import write
from benchmarks.quality.held_out import relatives
from benchmarks.quality.stats import interval

AT = (1, 2, 3, 5, 10)
# The share of a task of the other kind, and how fast the weight falls with the squared distance of
# sizes.
ARMS = {
    "even": (1, 0),
    "kind": (0.3, 0),
    "size": (1, 1),
    "wider size": (1, 0.25),
    "kind and size": (0.3, 1),
}


def sizes_of(data: Path) -> dict[str, tuple[bool, np.ndarray]]:
    """Return by dataset whether it has classes, and the logarithms of its rows and columns.

    Rows are counted as learned from; the logarithms are standardised.
    """
    told = {d["name"]: d for d in json.loads((data / "index.json").read_text())["datasets"]}
    listed = datasets(data)
    logs = np.log(
        [[min(told[d.name]["rows"], d.most_rows), told[d.name]["columns"]] for d in listed]
    )
    place = (logs - logs.mean(axis=0)) / logs.std(axis=0)
    return {d.name: (d.classes, p) for d, p in zip(listed, place, strict=True)}


def weights(
    arm: str, task: str, others: Sequence[str], sizes: Mapping[str, tuple[bool, np.ndarray]]
) -> np.ndarray:
    """Return the weights of other tasks for one, 1 on average."""
    (other_kind, fall), known = ARMS[arm], np.array([n in sizes for n in others])
    found = np.ones(len(others))
    for i in np.flatnonzero(known):
        same, apart = sizes[others[i]][0] == sizes[task][0], sizes[others[i]][1] - sizes[task][1]
        found[i] = (1 if same else other_kind) * np.exp(-fall * (apart @ apart) / 2)
    found[~known] = found[known].mean() if known.any() else 1
    return found / found.mean()


def tried(
    table: Scored, task: str, space: Space, types: Mapping[str, BaseDistribution], share: np.ndarray
) -> list[float]:
    """Return the scores on a task of what the sampler tries, in order.

    The portfolio is the one learned without the task.
    """
    chosen = table.without(related(task) | relatives(task)).chosen(SIZE)
    points = [encode(space, moved_inside(space, p)) for p in chosen.points]
    at = [table.points.index(p) for p in chosen.points]
    own = table.scores[at, table.tasks.index(task)]
    sampler = KnowledgeSampler(
        types, points, chosen.scores, weights=list(share), first=len(points), seed=0
    )
    keys = [tuple(sorted(p.items())) for p in points]
    rows: list[Any] = []
    values: list[float] = []
    for _ in range(min(max(AT), len(set(keys)))):
        row = sampler.propose(rows, values, [])
        rows.append(row)
        values.append(float(own[keys.index(tuple(sorted(row.items())))]))
    return values


def measured(entry: str, sizes: Mapping[str, tuple[bool, np.ndarray]]) -> dict[str, Any]:
    """Return, by arm, the mean left open, and the interval of its difference to even weights.

    The mean is over left-out datasets.
    """
    table, space = load(entry), autotune(entry).space
    types = {
        p: distribution(k) for n, d in space.domains.items() for p, k in primitives(n, d).items()
    }
    curves: dict[str, list[list[float]]] = {arm: [] for arm in ARMS}
    for task in (t for t in table.tasks if t in sizes):
        others = table.without(related(task) | relatives(task)).tasks
        for arm in ARMS:
            values = tried(table, task, space, types, weights(arm, task, others, sizes))
            best = np.maximum.accumulate(values + [max(values)] * (max(AT) - len(values)))
            curves[arm].append([1 - best[n - 1] for n in AT])
    return {arm: _told(np.array(found), np.array(curves["even"])) for arm, found in curves.items()}


def _told(found: np.ndarray, even: np.ndarray) -> dict[str, Any]:
    gain = (found - even).mean(axis=1)
    low, high = interval(gain, list(range(len(gain))))
    return {
        "tasks": len(found),
        "left": {str(n): round(float(v), 3) for n, v in zip(AT, found.mean(axis=0), strict=True)},
        "against_even": [round(float(v), 3) for v in (gain.mean(), low, high)],
    }


def main(data: str, *names: str) -> None:
    sizes = sizes_of(Path(data))
    real = [
        name
        for name in names or sorted(p.stem for p in TABLES.glob("*.parquet"))
        if set(load(name).tasks) & set(sizes)
    ]
    write(
        "neighbours",
        "python -m benchmarks.learn.neighbours DATA",
        {name: measured(name, sizes) for name in real},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
