"""What a search leaves open on tasks that were not learned from.

Run it with ``python -m benchmarks.learn.leave_out STORE SURROGATES [ENTRY...]``.

For each task the portfolio is chosen anew without it and its siblings; then Optuna searches the
entry's space with it. A surrogate's task is the surrogate itself, a real one the surface fitted to
its trials. What is left is 0 at the best known and 1 at the median of a random search. Writes
``measured.left`` into the entries.
"""

import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from autotune import autotune, knowledge
from autotune.learn import Scored, Surface, learned_files, write_files
from autotune.serialization.scores import write_scores
from benchmarks.learn.__main__ import COMMAND, SIZE, TABLES, load, surfaces_of
from benchmarks.learn.surrogates import siblings
from benchmarks.measure import RESULTS, write

AT = (1, 2, 3, 5, 10, 20, 40)
MOST_TASKS = 12
FACTS = {"rows": 2000, "columns": 20}  # of the real tasks, at most
ARMS: dict[str, dict[str, Any]] = {
    "knowing": {},
    "unknowing": {"portfolio": []},
    "random": {"strategy": "random", "portfolio": []},
}


def related(task: str) -> set[str]:
    """Return the names of the tasks that a task must not be learned from."""
    scenario, _, number = task.rpartition("-")
    return {f"{scenario}-{n}" for n in siblings(number)} if number.isdigit() else {task}


def without(table: Scored, task: str, tuned: Collection[str]) -> list[dict[str, Any]]:
    """Return the portfolio of the tuned names, learned without a task and its siblings."""
    chosen = table.without(related(task)).chosen(SIZE)
    rows = map(write_scores, chosen.scores)
    return [
        {"params": {n: v for n, v in p.items() if n in tuned}, "scores": row}
        for p, row in zip(chosen.points, rows, strict=True)
    ]


def search(name: str, surface: Surface, **settings: Any) -> np.ndarray:
    """Return what is left after each trial of a search over a task."""
    facts = {} if related(surface.task) != {surface.task} or "-" in surface.task else FACTS
    plan = autotune(name, facts=facts, max_trials=max(AT), max_parallel=1, mode="max", **settings)
    native = plan.compile("optuna").native
    study = optuna.create_study(direction="maximize", sampler=native.sampler)
    for point in native.enqueued:
        study.enqueue_trial(point)
    study.optimize(lambda t: float(surface.scores([native.define(t)])[0]), n_trials=max(AT))
    return 1 - np.maximum.accumulate([t.value for t in study.trials])


def measured(entry: str, surfaces: list[Surface], arm: str) -> Mapping[str, float]:
    """Return the mean share left open after some numbers of trials, over left-out tasks."""
    table = load(entry)
    curves = []
    for surface in surfaces[:: max(1, len(surfaces) // MOST_TASKS)][:MOST_TASKS]:
        known = (
            {"portfolio": without(table, surface.task, autotune(entry).ranges)}
            if arm == "knowing"
            else {}
        )
        curves.append(search(entry, surface, **ARMS[arm], **known))
    return {str(n): round(float(np.mean([c[n - 1] for c in curves])), 3) for n in AT}


def keep(entry: str, left: Mapping[str, float]) -> None:
    """Write what is left into an entry."""
    known = knowledge.find_entry(entry)
    assert known is not None
    files = learned_files(
        known,
        load(entry).chosen(SIZE),
        source=known.content.sources["learned"],
        command=COMMAND,
        remaining_gain=left,
    )
    write_files(Path(known.document.path).parent, files)


def main(store: str, folder: str, *names: str) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    found: dict[str, Any] = (
        json.loads((RESULTS / "leave_out.json").read_text())["figures"] if names else {}
    )
    for name in names or sorted(p.stem for p in TABLES.glob("*.parquet")):
        known = knowledge.find_entry(name)
        assert known is not None
        surfaces = surfaces_of(known.content, store, folder)
        found[name] = {arm: measured(name, surfaces, arm) for arm in ARMS}
        print(name, found[name], file=sys.stderr, flush=True)
        keep(name, found[name]["knowing"])
    write("leave_out", "python -m benchmarks.learn.leave_out STORE SURROGATES", found)


if __name__ == "__main__":
    main(*sys.argv[1:])
