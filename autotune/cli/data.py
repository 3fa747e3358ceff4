"""Data for the command line: CSV and parquet files, and the columns with a role."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotune.errors import DataError, SettingError, did_you_mean
from autotune.facts.table import READ_OPTIONS
from autotune.serialization.frames import pandas_for

if TYPE_CHECKING:
    import pandas

TEXTS = (".csv", ".tsv", ".txt")


def load_any(
    data: str | None,
    target: str | None,
    columns: dict[str, str | None] | None = None,
    drop: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what `load` does, or nothing where no data are given.

    Raises:
        SettingError: if a target is given without data.
    """
    if data is not None:
        return load(data, target, columns or {}, drop)
    if target is not None:
        raise SettingError("--target must go with --data, got no data.", "Add --data FILE.")
    return {}


def load(
    path: str, target: str | None, columns: dict[str, str | None], drop: Sequence[str] = ()
) -> dict[str, Any]:
    """Return X, y and the named columns of a file.

    Args:
        path: A ``.csv``, ``.tsv`` or ``.parquet`` file.
        target: The column to predict, or None where nothing is.
        columns: Other columns taken out of X, such as ``{"groups": "patient"}``; None for those not
            used.
        drop: Columns left out of X.

    Raises:
        DataError: if the file or a column cannot be used.
    """
    frame = _read(Path(path))
    used = [name for name in (target, *columns.values(), *drop) if name]
    for name in used:
        if name not in frame.columns:
            raise DataError(
                f"{path} must have a column {name!r}.", did_you_mean(name, map(str, frame.columns))
            )
    if target:
        _refuse_gaps(frame[target], path)
    X = frame.drop(columns=used)
    X.attrs = dict(frame.attrs)
    extra = {name: frame[column] for name, column in columns.items() if column}
    return {"X": X, "y": frame[target] if target else None, **extra}


def _refuse_gaps(target: "pandas.Series[Any]", path: str) -> None:
    """Refuse rows without a target, which nothing can be learned from or judged by."""
    missing = target.isna()
    if not missing.any():
        return
    name = str(target.name)
    kept = f"pandas.read_csv({path!r}).dropna(subset=[{name!r}])"
    raise DataError(
        f"the target {name!r} must have no missing values, got {int(missing.sum())} of "
        f"{len(target)} rows in {path}, the first in row {int(missing.to_numpy().argmax()) + 1}.",
        f"Leave those rows out: {kept}.to_csv('{Path(path).stem}-known.csv', index=False).",
    )


def _read(path: Path) -> "pandas.DataFrame":
    pandas_for("reading a file of data")
    name = path.name.lower().removesuffix(".gz")
    if not name.endswith((*TEXTS, ".parquet")):
        raise DataError(
            f"data must be a .csv, .tsv or .parquet file, got {str(path)!r}.",
            "Save a spreadsheet as CSV." if name.endswith((".xlsx", ".xls", ".ods")) else "",
        )
    reader = _parquet if name.endswith(".parquet") else _csv
    try:
        frame = reader(path)
    except FileNotFoundError:
        raise DataError(f"data must be a file that exists, got {str(path)!r}.") from None
    except Exception as error:  # readers raise what their engines raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} cannot be read as {path.suffix[1:]}: {reason}.") from None
    if frame.empty:
        raise DataError(
            f"{path} must have at least one row and one column, got shape {frame.shape}."
        )
    return frame


def _parquet(path: Path) -> "pandas.DataFrame":
    import pandas as pd

    return pd.read_parquet(path)


def _csv(path: Path) -> "pandas.DataFrame":
    """Return a text file's table; what it asks for beside plain CSV is said on standard error."""
    import pandas as pd

    from autotune.cli.csv_file import options_of

    options = options_of(path)
    frame: Any = pd.read_csv(path, **options)
    if options:
        words = ", ".join(f"{name}={value!r}" for name, value in options.items())
        print(f"{path} is read with {words}.", file=sys.stderr)
        frame.attrs[READ_OPTIONS] = options
    table: pd.DataFrame = frame
    return table


def refuse_text(X: "pandas.DataFrame", estimator: object) -> None:
    """Refuse text columns for an estimator that takes numbers only, before any trial.

    A pipeline may encode them, so it is let through.

    Raises:
        DataError: naming the columns.
    """
    if (
        not str(type(estimator).__module__).startswith("sklearn.")
        or hasattr(estimator, "steps")
        or hasattr(estimator, "transformers")
    ):
        return
    text = [
        str(column) for column in X.columns if getattr(X[column].dtype, "kind", "O") not in "biuf"
    ]
    if text:
        raise DataError(
            f"{type(estimator).__name__} must have numbers, got text in {', '.join(text[:5])}.",
            "Set encode='auto', leave these columns out (drop: in a job file), or encode them in a "
            "pipeline.",
        )
