"""Planning as if a task had never been seen.

An entry's starts are chosen anew without the task, its relatives and its twin.
"""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from autotune import knowledge
from autotune.learn import learned_files, write_files
from benchmarks.learn.__main__ import COMMAND, SIZE, TABLES, load
from benchmarks.learn.surrogates import SCENARIOS, siblings

# Datasets that are in both collections: the real one's name, OpenML's number among the surrogates'
# tasks.
TWINS = {
    "letter": "6",
    "cmc": "23",
    "credit_g": "31",
    "segment": "36",
    "diabetes_pima": "37",
    "sick": "38",
    "spambase": "44",
    "tic_tac_toe": "50",
    "vehicle": "54",
    "ionosphere": "59",
    "electricity": "151",
    "satimage": "182",
    "jm1": "1053",
    "magic_telescope": "1120",
    "bank_marketing": "1461",
    "cardiotocography": "1466",
    "first_order_theorem": "1475",
    "phoneme": "1489",
    "wine_quality": "40498",
    "car": "40975",
}


def relatives(task: str) -> frozenset[str]:
    """Return the names of learned tasks whose data are a task's own or come from its source.

    A task is a surrogate's number or a real dataset's name.
    """
    numbers = siblings(TWINS.get(task, task))
    names = {task} | {name for name, number in TWINS.items() if number in numbers}
    return frozenset(names | {f"{s}-{n}" for s in SCENARIOS for n in numbers})


@contextmanager
def unseen(family: str, tasks: Collection[str]) -> Iterator[None]:
    """Let plans made inside know nothing that was measured on these tasks.

    Raises:
        FileNotFoundError: if the family's entry was measured on one of them and its table of scores
            is not there.
    """
    folder = _folder(family, frozenset(tasks))
    before = os.environ.get("AUTOTUNE_KNOWLEDGE")
    if folder:
        os.environ["AUTOTUNE_KNOWLEDGE"] = os.pathsep.join(filter(None, [folder, before]))
    try:
        yield
    finally:
        os.environ.pop("AUTOTUNE_KNOWLEDGE", None)
        if before is not None:
            os.environ["AUTOTUNE_KNOWLEDGE"] = before


_KEPT: list[
    tempfile.TemporaryDirectory[str]
] = []  # until the process ends, as plans are made from them again


@cache
def _folder(family: str, tasks: frozenset[str]) -> str | None:
    known = knowledge.find_entry(family)
    measured = known.content.measured if known else None
    if known is None or measured is None or not tasks & set(measured.names):
        return None
    if not (TABLES / f"{family}.parquet").is_file():
        raise FileNotFoundError(
            f"{family} was measured on {', '.join(sorted(tasks))}, "
            "and no table of scores tells it without"
        )
    chosen = load(family).without(tasks).chosen(SIZE)
    _KEPT.append(tempfile.TemporaryDirectory())
    files = learned_files(
        known,
        chosen,
        source="without the task",
        command=COMMAND,
        remaining_gain=dict(measured.left),
    )
    write_files(Path(_KEPT[-1].name), files)
    return _KEPT[-1].name
