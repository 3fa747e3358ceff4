"""An entry's text with what one's own jobs showed beside what is shipped, for a folder of one's own."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autotune.errors import KnowledgeError
from autotune.knowledge import CatalogEntry, Entry
from autotune.learn.entry_text import with_starts
from autotune.learn.history import History
from autotune.learn.portfolio import CITED, Scored, scored
from autotune.learn.surface import FEWEST, space_of, surface_of
from autotune.serialization.scores import read_scores

SOURCE = "own_jobs"
MAX_CONFIGURATIONS = 12  # configurations of one's own


def overlay(
    known: CatalogEntry, histories: Sequence[History], words: str, command: str
) -> tuple[str, int]:
    """Return the entry's text with starts from one's own jobs first, and the number of jobs that told something.

    Raises:
        KnowledgeError: if no job has enough trials to tell anything.
    """
    entry: Entry = known.content
    space = space_of(entry, histories)
    surfaces = [s for h in histories if (s := surface_of(h, space)) is not None]
    if not surfaces:
        raise KnowledgeError(
            f"a job must have {FEWEST} trials with different values to learn from, got none of {len(histories)}."
        )
    shipped = [s.params for s in entry.starts if s.source != SOURCE]
    table = scored(surfaces, shipped)
    text = Path(known.document.path).read_text(encoding="utf-8")
    whole = _beside(table, entry)
    return with_starts(text, entry, whole, key=SOURCE, source=words, command=command, left={}), len(
        surfaces
    )


def _beside(own: Scored, entry: Entry) -> Scored:
    """Return one's own best configurations, then the shipped ones, scored on one's own tasks and on the shipped ones."""
    best = own.without([CITED]).chosen(MAX_CONFIGURATIONS)
    first = own.taken([own.points.index(p) for p in best.points], range(len(own.tasks)))
    cited = own.taken([i for i, o in enumerate(own.origins) if o == CITED], range(len(own.tasks)))
    theirs = [
        (i, t)
        for i, t in enumerate(entry.measured.names if entry.measured else [])
        if t not in own.tasks
    ]
    columns = [i for i, _ in theirs]
    said = {repr(sorted(s.params.items())): s.scores for s in entry.starts if s.source != SOURCE}
    shipped = [_shares(said[repr(sorted(p.items()))], columns) for p in cited.points]
    unknown = np.full((len(first.points), len(theirs)), np.nan)
    return Scored(
        first.points + cited.points,
        first.origins + cited.origins,
        (*own.tasks, *(t for _, t in theirs)),
        np.hstack(
            [
                np.vstack([first.scores, cited.scores]),
                np.vstack([unknown, np.array(shipped).reshape(-1, len(theirs))]),
            ]
        ),
        own.ends + _ends(entry, columns),
    )


def _shares(text: str, columns: Sequence[int]) -> list[float]:
    told = read_scores(text)
    known = [told[i] if told else None for i in columns]
    return [np.nan if s is None else s for s in known]


def _ends(entry: Entry, columns: Sequence[int]) -> tuple[tuple[float, float] | None, ...]:
    if entry.measured is None or not entry.measured.middle:
        return (None,) * len(columns)
    pairs = list(zip(entry.measured.middle.split(), entry.measured.best.split(), strict=True))
    return tuple(
        None if "." in pairs[i] else (float(pairs[i][0]), float(pairs[i][1])) for i in columns
    )
