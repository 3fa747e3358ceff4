"""An entry's files that add what the user's jobs showed to what is shipped."""

from collections.abc import Sequence

import numpy as np

from autotune.errors import KnowledgeError
from autotune.knowledge import CatalogEntry, Entry
from autotune.learn.entry_text import learned_files
from autotune.learn.history import History
from autotune.learn.portfolio import CITED, Scored, scored
from autotune.learn.surface import FEWEST, space_of, surface_of
from autotune.serialization.scores import read_scores

SOURCE = "own_jobs"
MAX_CONFIGURATIONS = 12  # from the user's own jobs


def overlay(
    catalog_entry: CatalogEntry, histories: Sequence[History], words: str, command: str
) -> tuple[dict[str, str], int]:
    """Return the entry's files with starts from the user's jobs first, and the number of jobs used.

    Raises:
        KnowledgeError: if no job has enough trials to learn from.
    """
    entry: Entry = catalog_entry.content
    space = space_of(entry, histories)
    fitted = [surface_of(history, space) for history in histories]
    surfaces = [surface for surface in fitted if surface is not None]
    if not surfaces:
        raise KnowledgeError(
            f"a job must have {FEWEST} trials whose values follow the hyperparameters of"
            f" {entry.name} to learn from, got none of {len(histories)}."
        )
    shipped = [start.params for start in entry.starts if start.source != SOURCE]
    table = scored(surfaces, shipped)
    files = learned_files(
        catalog_entry,
        _combined(table, entry),
        key=SOURCE,
        source=words,
        command=command,
        remaining_gain={},
    )
    return files, len(surfaces)


def _combined(observed: Scored, entry: Entry) -> Scored:
    """Return the user's best configurations, then the shipped ones, scored on both's tasks."""
    best = observed.without([CITED]).chosen(MAX_CONFIGURATIONS)
    first = observed.taken(
        [observed.points.index(params) for params in best.points], range(len(observed.tasks))
    )
    cited = observed.taken(
        [i for i, origin in enumerate(observed.origins) if origin == CITED],
        range(len(observed.tasks)),
    )
    shipped_tasks = [
        (i, task)
        for i, task in enumerate(entry.measured.names if entry.measured else [])
        if task not in observed.tasks
    ]
    columns = [i for i, _ in shipped_tasks]
    shipped_scores = {
        repr(sorted(start.params.items())): start.scores
        for start in entry.starts
        if start.source != SOURCE
    }
    shipped = [
        _shares(shipped_scores[repr(sorted(params.items()))], columns) for params in cited.points
    ]
    unknown = np.full((len(first.points), len(shipped_tasks)), np.nan)
    return Scored(
        first.points + cited.points,
        first.origins + cited.origins,
        (*observed.tasks, *(task for _, task in shipped_tasks)),
        np.hstack(
            [
                np.vstack([first.scores, cited.scores]),
                np.vstack([unknown, np.array(shipped).reshape(len(shipped), len(shipped_tasks))]),
            ]
        ),
        observed.ends + _ends(entry, columns),
    )


def _shares(text: str, columns: Sequence[int]) -> list[float]:
    scores = read_scores(text)
    selected = [scores[i] if scores else None for i in columns]
    return [np.nan if share is None else share for share in selected]


def _ends(entry: Entry, columns: Sequence[int]) -> tuple[tuple[float, float] | None, ...]:
    if entry.measured is None or not entry.measured.middle:
        return (None,) * len(columns)
    pairs = list(zip(entry.measured.middle.split(), entry.measured.best.split(), strict=True))
    return tuple(
        None if "." in pairs[i] else (float(pairs[i][0]), float(pairs[i][1])) for i in columns
    )
