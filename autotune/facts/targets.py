"""The target: as one array or column that every library takes, and what forbids tuning on it."""

from typing import Any

from autotune.errors import DataError
from autotune.facts.classes import rarer_class
from autotune.facts.types import AnyArray, Column
from autotune.serialization.values import differs_from_itself, to_plain

SEVERAL = {"classification": "multilabel", "regression": "multioutput"}
"""What several columns of a target make of a task."""


def as_target(y: Column, task: str | None = None) -> Any:
    """Return a target in the form that all estimators and scorers take, its values unchanged.

    A table of one column becomes that column. Columns of nullable, Arrow and categorical types, and
    of Python objects of one kind, get NumPy's type for these values. All else stays as it is.

    Args:
        y: Target of length rows, or None.
        task: What the estimator does; a regressor's text that reads as numbers becomes these.

    Raises:
        DataError: if values are missing, or are labels of several kinds.
    """
    if y is None:
        return None
    _check_single(y)
    y = _one_column(y)
    check_no_missing(y)
    if getattr(y, "ndim", 1) != 1:
        return y
    array = _array(y)
    if task == "regression" and array.dtype.kind not in "biuf":
        array = _numbers(array)
    if hasattr(y, "dtype") and array.dtype == y.dtype:
        return y
    return (
        type(y)(array, index=y.index, name=y.name)
        if hasattr(y, "index") and hasattr(y, "iloc")
        else array
    )


def _check_single(y: Column) -> None:
    """Refuse a target whose rows are lists or sets of labels, as scikit-learn takes none."""
    is_plain = getattr(getattr(y, "dtype", None), "kind", "O") != "O"
    if is_plain or getattr(y, "ndim", 1) != 1 or not _is_sequence(y):
        return
    several = next((row for row in y if isinstance(row, list | tuple | set | frozenset)), None)
    if several is not None and not _is_row_of_numbers(y):
        raise DataError(
            f"y must have one value or one row of numbers for each row, got {several!r}.",
            "Several labels: y = MultiLabelBinarizer().fit_transform(y).",
        )


def _is_sequence(y: Column) -> bool:
    return hasattr(y, "__len__") and not isinstance(y, str) and getattr(y, "ndim", 1) > 0


def _is_row_of_numbers(y: Column) -> bool:
    """Return whether rows are lists of numbers of one length: a table of targets."""
    rows = list(y)
    return all(
        isinstance(row, list | tuple)
        and len(row) == len(rows[0])
        and all(isinstance(value, bool | int | float) for value in row)
        for row in rows
    )


def _one_column(y: Column) -> Any:
    if getattr(y, "ndim", 1) == 2 and y.shape[1] == 1:
        return y.iloc[:, 0] if hasattr(y, "iloc") else y[:, 0]
    return y


def _array(y: Column) -> AnyArray:
    """Return the values as an array of NumPy's type for them, where they have one."""
    import numpy as np

    array = np.asarray(y)
    if array.dtype.kind != "O":
        return array
    kinds = {type(to_plain(value)) for value in array.ravel()}
    if kinds == {int, float}:
        return array.astype(float)
    if len(kinds) == 1 and kinds <= {bool, int, float}:
        return array.astype(kinds.pop())
    return array


def _numbers(array: AnyArray) -> AnyArray:
    try:
        return array.astype(float)
    except (TypeError, ValueError):
        text = next(value for value in array.tolist() if not _is_number(value))
        raise DataError(
            f"y must be numbers for a regressor, got {text!r}.",
            "Turn the texts into numbers: drop units and marks of thousands, then y.astype(float)."
            if isinstance(text, str) and any(map(str.isdigit, text))
            else "Use a classifier for text labels.",
        ) from None


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def read_target(y: Column, rows: int, task: str | None) -> dict[str, Any]:
    """Return the facts of a target.

    Raises:
        DataError: if it has another length than the rows, or nothing can be tuned on it.
    """
    import numpy as np

    length = len(y) if _is_sequence(y) else 0
    if length != rows:
        raise DataError(f"X and y must have the same length, got {rows} rows and {length} targets.")
    if rows < 2:
        raise DataError(f"X and y must have at least two rows, got {rows}.")
    array = np.asarray(as_target(y, task))
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise DataError("y must be finite, got infinite values.", "Drop or clip those rows.")
    if array.ndim > 1:
        return _several(array, task)
    if task == "regression":
        return {"task": "regression"}
    return _classes(array) if task == "classification" else {}


def _several(array: AnyArray, task: str | None) -> dict[str, Any]:
    """Return the facts of a target of several columns: the most classes where more than two."""
    if task not in SEVERAL:
        return {}
    facts: dict[str, Any] = {"task": SEVERAL[task]}
    if task == "classification":
        most = max(len(set(column)) for column in array.T.tolist())
        facts |= {"classes": most} if most > 2 else {}
    return facts


def check_no_missing(y: Column) -> None:
    """Refuse a target with values that are missing, as None, NaN, NaT or NA.

    Raises:
        DataError: with their number.
    """
    import numpy as np

    if hasattr(y, "isna"):
        missing = np.asarray(y.isna())
    else:
        array = np.asarray(y)
        missing = (
            np.isnan(array)
            if array.dtype.kind == "f"
            else np.array([value is None or differs_from_itself(value) for value in array.ravel()])
            if array.dtype.kind not in "biuU"
            else np.zeros(1, bool)
        )
    if missing.any():
        raise DataError(
            f"y must have no missing values, got {int(missing.sum())} of {len(y)}.",
            "Drop those rows.",
        )


def from_zero(y: Column) -> bool:
    """Return whether class labels are the whole numbers 0, 1, 2, … without a gap.

    >>> from_zero([0, 2, 1, 1]), from_zero([1, 2]), from_zero([0, 2]), from_zero(["a", "b"])
    (True, False, False, False)
    """
    import numpy as np

    labels = np.unique(np.asarray(y))
    return labels.dtype.kind in "iuf" and bool(np.array_equal(labels, np.arange(len(labels))))


def _classes(array: AnyArray) -> dict[str, Any]:
    import numpy as np

    if array.dtype.kind == "f" and (array != np.round(array)).any():
        raise DataError(
            "y must be class labels for a classifier, got fractions.", "Use a regressor."
        )
    try:
        labels, counts = np.unique(array, return_counts=True)
    except TypeError:
        names = sorted({type(value).__name__ for value in array})
        raise DataError(
            f"y must have labels of one kind, got {' and '.join(names)}.",
            "Turn them into text: y.astype(str).",
        ) from None
    if len(labels) < 2:
        raise DataError(f"y must have at least two classes, got only {to_plain(labels[0])!r}.")
    if counts.max() < 2:
        raise DataError(
            f"y must have several rows of a class, got {len(labels)} classes in as many rows.",
            "Use a regressor for numbers.",
        )
    if len(labels) == 2 and counts.min() < 2:
        raise DataError(
            "y must have at least two rows of each class, "
            f"got one of {to_plain(labels[counts.argmin()])!r}."
        )
    return {
        "task": "binary" if len(labels) == 2 else "multiclass",
        "classes": len(labels),
        "minority": round(float(counts.min()) / len(array), 6),
        **({} if from_zero(array) else {"labels_from_zero": False}),
        **({"rare_class": rarer_class(array)} if len(labels) == 2 else {}),
    }
