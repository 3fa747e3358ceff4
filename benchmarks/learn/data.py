"""Real datasets as learning tasks.

They are a folder of parquet files with a column ``target`` and an ``index.json``.
"""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SIZES = (600, 1200, 2000)  # rows taken, by dataset, so that what is learned knows several sizes


@dataclass(frozen=True)
class Dataset:
    """One dataset's name, whether it has classes, and its file."""

    name: str
    classes: bool
    path: Path

    @property
    def most_rows(self) -> int:
        """The number of rows taken for learning, one of `SIZES`, by the name alone."""
        return SIZES[zlib.crc32(self.name.encode()) % len(SIZES)]

    def read(self, scaled: bool, rows: int | None = None) -> tuple[Any, Any]:
        """Return X and y as numbers: categories as codes, missing values filled.

        Where ``scaled``, categories are one-hot and numbers standardised.
        """
        frame = pd.read_parquet(self.path).dropna(subset="target")
        frame = self._sample(frame, min(len(frame), rows or self.most_rows))
        X, y = frame.drop(columns="target"), frame["target"]
        X = _scaled(X) if scaled else _coded(X)
        return X, y.astype("category").cat.codes.to_numpy() if self.classes else _standard(
            y.to_numpy(dtype=float)
        )

    def _sample(self, frame: pd.DataFrame, rows: int) -> pd.DataFrame:
        sample = frame.sample(rows, random_state=0)
        if not self.classes:
            return sample
        counts = sample["target"].value_counts()
        return sample[sample["target"].isin(counts[counts >= 6].index)]


def _standard(y: Any) -> Any:
    return (y - y.mean()) / y.std()


def _coded(X: pd.DataFrame) -> Any:
    columns = [
        c if pd.api.types.is_numeric_dtype(c) else c.astype("category").cat.codes
        for _, c in X.items()
    ]
    array = np.column_stack([np.asarray(c, dtype=float) for c in columns])
    return np.where(np.isnan(array), np.nanmedian(array, axis=0), array)


def _scaled(X: pd.DataFrame) -> Any:
    numeric = [n for n, c in X.items() if pd.api.types.is_numeric_dtype(c)]
    others = X.drop(columns=numeric).astype(str)
    parts = [_coded(X[numeric])] if numeric else []
    parts += [pd.get_dummies(others).to_numpy(dtype=float)] if len(others.columns) else []
    array = np.column_stack(parts)
    spread = array.std(axis=0)
    return ((array - array.mean(axis=0)) / np.where(spread > 0, spread, 1))[:, spread > 0]


def datasets(folder: Path) -> list[Dataset]:
    """Return the folder's datasets, in the order of its index."""
    listed = json.loads((folder / "index.json").read_text())["datasets"]
    return [Dataset(d["name"], d["task"] != "regression", folder / d["file"]) for d in listed]
