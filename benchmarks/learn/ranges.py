"""Whether ranges hold the tasks' best values, and whether the data's size moves these.

Run it with ``python -m benchmarks.learn.ranges DATA``.

For each tuned number of each measured entry: 5, 50 and 95 % of the real datasets' best values as a
place in the range with data (0 at the low end, 1 at the high, on the range's scale), the share of
datasets whose best is at an end that could be moved, and Spearman's correlation of the place with
the logarithms of rows and columns, its p-values by Holm's correction over all. Surrogates are left
out: their best values lie at ends of what was once searched, which no range of ours can move.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from autotune import autotune, knowledge
from autotune.knowledge import Entry
from autotune.space.domains import Float, Int
from benchmarks.learn.__main__ import TABLES, load
from benchmarks.learn.data import datasets
from benchmarks.measure import write
from benchmarks.quality.stats import holm

FEWEST, END, MANY = 8, 0.03, 0.1
SIZES = ("rows", "columns")


def facts_of(data: Path) -> dict[str, dict[str, Any]]:
    """Return the facts of each dataset as it was learned from."""
    told = {d["name"]: d for d in json.loads((data / "index.json").read_text())["datasets"]}
    return {
        d.name: {"rows": min(told[d.name]["rows"], d.most_rows), "columns": told[d.name]["columns"]}
        for d in datasets(data)
    }


def bests(
    entry: Entry, facts: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each dataset the entry was measured on, with the best of its own configurations."""
    table = load(entry.name)
    for column, task in enumerate(table.tasks):
        own = [i for i, origin in enumerate(table.origins) if origin == task]
        if own and task in facts:
            yield task, dict(table.points[max(own, key=lambda i: table.scores[i, column])])


def place(domain: Float | Int, value: float) -> float:
    """Return where a value lies in a range: 0 at the low end, 1 at the high end."""
    low, high, at = (
        np.log(max(v, 1e-12)) if domain.log else v for v in (domain.low, domain.high, value)
    )
    return float(np.clip((at - low) / (high - low), 0, 1)) if high > low else 0.5


def measured(name: str, facts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return by hyperparameter where the datasets' best values lie."""
    known = knowledge.find_entry(name)
    assert known is not None
    tops = list(bests(known.content, facts))
    plans = {task: autotune(name, facts=facts[task]) for task, _ in tops}
    found = {}
    for n, told in known.content.hyperparameters.items():
        inside = [
            (t, p[n], plans[t].ranges[n].value)
            for t, p in tops
            if _is_number(p.get(n)) and n in plans[t].ranges
        ]
        rows = [
            (t, place(d, v))
            for t, v, d in inside
            if isinstance(d, Float | Int) and (v > 0 or not d.log)
        ]
        if len(rows) >= FEWEST:
            found[n] = _figures(
                rows, facts, {"low": told.low, "high": told.high}, told.bounds or [None, None]
            )
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figures(
    rows: list[tuple[str, float]], facts: Any, ends: Mapping[str, Any], bounds: Any
) -> dict[str, Any]:
    places = np.array([p for _, p in rows])
    at = {"low": float((places <= END).mean()), "high": float((places >= 1 - END).mean())}
    fixed = {
        "low": bounds[0] is not None and ends["low"] <= bounds[0],
        "high": bounds[1] is not None and ends["high"] >= bounds[1],
    }
    size = {
        s: spearmanr(places, [np.log(facts[t][s]) for t, _ in rows])
        for s in SIZES
        if np.ptp(places) > 0
    }
    return {
        "datasets": len(rows),
        "places": [round(float(q), 2) for q in np.quantile(places, [0.05, 0.5, 0.95])],
        "at_end": {e: round(share, 2) for e, share in at.items() if share >= MANY and not fixed[e]},
        "correlation": {s: round(float(r.statistic), 2) for s, r in size.items()},
        "p": {s: float(f"{r.pvalue:.2g}") for s, r in size.items()},
    }


def corrected(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, float]:
    """Return Holm's corrected p-values of all correlations, the smallest ones."""
    every = {
        f"{e} {n} {s}": p
        for e, of in found.items()
        for n, f in of.items()
        for s, p in f["p"].items()
    }
    return dict(list(holm(every).items())[:8])


def main(data: str) -> None:
    facts = facts_of(Path(data))
    found = {
        name: of
        for name in sorted(p.stem for p in TABLES.glob("*.parquet"))
        if (of := measured(name, facts))
    }
    ends = {
        f"{e} {n}": f["at_end"] for e, of in found.items() for n, f in of.items() if f["at_end"]
    }
    write(
        "ranges",
        "python -m benchmarks.learn.ranges DATA",
        {"at_an_end": ends, "size_matters_p": corrected(found), "entries": found},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
