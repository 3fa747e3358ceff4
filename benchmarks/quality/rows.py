"""Rows of results: one per problem, method and seed, in a folder of parquet parts.

Each part is written as a whole or not at all.
"""

import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        ("problem", pa.string()),
        ("kind", pa.string()),
        ("family", pa.string()),
        ("task", pa.string()),
        ("group", pa.string()),
        ("method", pa.string()),
        ("seed", pa.int64()),
        ("trials", pa.int64()),
        ("best", pa.list_(pa.float64())),
        ("scores", pa.list_(pa.float64())),
        ("seconds", pa.list_(pa.float64())),
        ("failed", pa.int64()),
        ("error", pa.string()),
        ("notes", pa.string()),
        ("budget", pa.string()),
        ("random_median", pa.float64()),
        ("best_known", pa.float64()),
        ("commit", pa.string()),
    ]
)
BY_HAND = (
    "hand:",
    "peer:",
    "sagemaker:",
)  # methods whose best is what autotune is measured against
KEY = ["problem", "method", "seed", "trials"]
FLUSH_SECONDS = 20


class Rows:
    """A folder of rows that is appended to; what is not yet written is written on leaving."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.waiting, self.written = folder, [], time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *details: object) -> None:
        self.flush()

    def add(self, row: Mapping[str, Any]) -> None:
        """Take a row; write those that wait when it is time."""
        self.waiting.append(dict(row))
        if time.monotonic() - self.written > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait as one part."""
        if self.waiting:
            write(self.folder / f"{uuid.uuid4().hex}.parquet", self.waiting)
        self.waiting, self.written = [], time.monotonic()


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows to a file that is there whole or not at all."""
    beside = path.with_suffix(".writing")
    pq.write_table(pa.Table.from_pylist(list(rows), schema=SCHEMA), beside)
    beside.replace(path)


def read(folder: Path) -> pd.DataFrame:
    """Return a folder's rows, each once.

    Of those written twice it is the one without an error, else with the fewest failed trials.
    """
    parts = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    tables = [pq.read_table(part, schema=SCHEMA) for part in parts]
    frame = pa.concat_tables(tables).to_pandas() if tables else SCHEMA.empty_table().to_pandas()
    frame["broken"] = frame["error"] != ""
    return (
        frame.sort_values(["broken", "failed"], kind="stable")
        .drop_duplicates(KEY)
        .drop(columns="broken")
        .sort_values(KEY, ignore_index=True)
    )


def done(folder: Path, retry: bool = False) -> set[tuple[Any, ...]]:
    """Return the keys of rows that need not be run again; ``retry`` runs those with errors."""
    frame = read(folder)
    frame = frame[frame["error"] == ""] if retry else frame
    return set(frame[KEY].itertuples(index=False, name=None))
