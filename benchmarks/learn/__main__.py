"""Writes what was learned into the entries: python -m benchmarks.learn STORE SURROGATES [ENTRY...].

STORE holds the jobs of `benchmarks.learn.collect`, SURROGATES the folder of the surrogates. What
each candidate scores on each task is kept in ``tables``; with - for STORE the entries are written
from there, with - for SURROGATES only what fits cost is learned anew.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autotune import Job, knowledge
from autotune.learn import (
    Effects,
    History,
    Scored,
    Surface,
    effects_of,
    histories_of,
    learned_files,
    powers_of,
    recorded_effects,
    scored,
    space_of,
    surface_of,
    write_files,
)
from autotune.record.job_list import list_jobs
from autotune.space.search_space import Space
from benchmarks.learn.families import FAMILIES
from benchmarks.learn.surrogates import SCENARIOS, Surrogate

SIZE, FEWEST = 24, 5
TABLES = Path(__file__).parent / "tables"
COMMAND = "python -m benchmarks.learn"


def histories_in(store: str, entry: knowledge.Entry) -> list[History]:
    """Return what the entry's jobs in the store showed."""
    names = [j["name"] for j in list_jobs(store) if j["name"].startswith(f"{entry.name}--")]
    return [
        h for n in names for h in histories_of(Job.load(n, storage=store)) if h.entry == entry.name
    ]


def of_jobs(entry: knowledge.Entry, store: str) -> tuple[Space, list[Surface]]:
    """Return the space that the entry's stored jobs searched, and their surfaces by dataset."""
    histories = histories_in(store, entry)
    space = space_of(entry, histories)
    found = [s for h in histories if (s := surface_of(h, space)) is not None]
    return space, [replace(s, task=s.task.partition("--")[2]) for s in found]


def of_surrogates(entry: knowledge.Entry, folder: str, space: Space) -> Iterator[Surface]:
    """Yield the surfaces of the entry's surrogate tasks."""
    for scenario in SCENARIOS.values():
        if scenario.entry == entry.name:
            surrogate = Surrogate(Path(folder), scenario.name)
            yield from (surrogate.surface(task, space) for task in surrogate.tasks)


def surfaces_of(entry: knowledge.Entry, store: str, surrogates: str) -> list[Surface]:
    """Return the surfaces of all the entry's tasks."""
    space, surfaces = of_jobs(entry, store)
    return [*surfaces, *of_surrogates(entry, surrogates, space)]


def look(entry: knowledge.Entry, store: str, surrogates: str) -> Effects | None:
    """Score the entry's candidates on all its tasks, keep the table, and return importances."""
    surfaces = surfaces_of(entry, store, surrogates)
    space = space_of(entry)
    if len(surfaces) < FEWEST:
        print(f"{entry.name}: {len(surfaces)} tasks are too few", file=sys.stderr)
        return None
    cited = [s.params for s in entry.starts if s.source != "learned"]
    save(entry.name, scored(surfaces, cited, _defaults(entry, space)))
    return replace(effects_of(surfaces, space), cost=costs(entry, store))


def costs(entry: knowledge.Entry, store: str) -> dict[str, float]:
    """Return the powers of the entry's hyperparameters by which seconds grow in stored jobs."""
    histories = histories_in(store, entry)
    return powers_of(histories, space_of(entry, histories))


def anew(entry: knowledge.Entry, store: str) -> Effects:
    """Return the entry's effects with what fits cost as the store's jobs say."""
    return replace(recorded_effects(entry), cost=costs(entry, store))


def _defaults(entry: knowledge.Entry, space: Space) -> dict[str, Any]:
    told = {n: h for n, h in entry.hyperparameters.items() if n in space.domains}
    return {n: h.default for n, h in told.items() if "default" in h.model_fields_set}


def save(name: str, table: Scored) -> None:
    """Write a table of scores as a parquet file: a row per configuration, a column per task."""
    TABLES.mkdir(exist_ok=True)
    settings = [json.dumps(dict(p)) for p in table.points]
    frame = pd.DataFrame(
        {"settings": settings, "origin": table.origins}
        | dict(zip(table.tasks, table.scores.T, strict=True))
    )
    ends = [[e[i] if e else np.nan for e in table.ends] for i in (0, 1)]
    frame.loc[len(frame)] = ["", "(middle)", *ends[0]]
    frame.loc[len(frame)] = ["", "(best)", *ends[1]]
    frame.to_parquet(TABLES / f"{name}.parquet", index=False)


def load(name: str) -> Scored:
    """Read a table of scores."""
    frame = pd.read_parquet(TABLES / f"{name}.parquet")
    scores = frame.drop(columns=["settings", "origin"])
    ends = tuple(None if np.isnan(b) else (m, b) for m, b in scores.tail(2).T.to_numpy())
    rows = frame[:-2]
    return Scored(
        tuple(map(json.loads, rows["settings"])),
        tuple(rows["origin"]),
        tuple(scores.columns),
        scores[:-2].to_numpy(),
        ends,
    )


def learn(name: str, store: str, surrogates: str) -> None:
    """Write one entry anew, with the starts that its tasks showed to be good."""
    known = knowledge.find_entry(name)
    if known is None:
        sys.exit(f"{name} is no entry")
    entry = known.content
    effects = (
        None
        if store == "-"
        else anew(entry, store)
        if surrogates == "-"
        else look(entry, store, surrogates)
    )
    if not (TABLES / f"{name}.parquet").exists():
        return
    portfolio = load(name).chosen(SIZE)
    count = sum("-" in t for t in portfolio.tasks)
    trained = len(portfolio.tasks) - count
    words = "Measured by autotune, November 2026: " + "; ".join(
        text
        for amount, text in (
            (trained, f"{trained} datasets, 3-fold cross-validation, up to 2 000 rows"),
            (count, f"{count} tasks of YAHPO Gym (Pfisterer et al. 2022)"),
        )
        if amount
    )
    files = learned_files(
        known,
        portfolio,
        source=words,
        command=COMMAND,
        remaining_gain=entry.measured.left if entry.measured else {},
        effects=effects,
    )
    write_files(Path(known.document.path).parent, files)
    print(
        f"{name}: {len(portfolio.tasks)} tasks, {len(portfolio.points)} configurations",
        file=sys.stderr,
    )


def main(store: str, surrogates: str, *names: str) -> None:
    for name in names or dict.fromkeys([*FAMILIES, *(s.entry for s in SCENARIOS.values())]):
        learn(name, store, surrogates)


if __name__ == "__main__":
    main(*sys.argv[1:])
