"""What is read off X and y: rows, columns, classes, missing values; and what forbids tuning."""

from collections.abc import Mapping
from typing import Any

from autotune.errors import DataError, SettingError, did_you_mean
from autotune.facts.classes import outlier_label
from autotune.facts.row_order import check_order
from autotune.facts.spread import spread_facts
from autotune.facts.table import check_file, check_kinds, file_facts
from autotune.facts.targets import read_target
from autotune.facts.time_order import time_order
from autotune.facts.types import Column, Estimator, Table

FACTS = {
    "rows": int,
    "columns": int,
    "classes": int,
    "minority": float,
    "rare_class": object,
    "missing": float,
    "sparse": bool,
    "unscaled": bool,
    "categorical": int,
    "labels_from_zero": bool,
    "kinds": dict,
    "file": dict,
    "task": str,
    "time": str,
    "cores": int,
}
ORDERS = ("index", "column", "lags")
LEAST = {"classes": 2, "categorical": 0}  # other whole numbers are at least 1
TASKS = (
    "binary",
    "multiclass",
    "classification",
    "regression",
    "clustering",
    "outlier",
    "density",
    "transform",
    "ranking",
    "multilabel",
    "multioutput",
)


def check_facts(facts: Mapping[str, object] | None) -> dict[str, Any]:
    """Return facts given by hand, checked; two classes mean the task is binary, more multiclass.

    Raises:
        SettingError: if a fact has an unknown name, a wrong type or a value that cannot be.
    """
    if facts is not None and not isinstance(facts, Mapping):
        raise SettingError(f"facts must be a mapping such as {{'rows': 1000}}, got {facts!r}.")
    checked = {}
    for name, value in (facts or {}).items():
        if name not in FACTS:
            raise SettingError(f"facts: {name!r} is no fact.", did_you_mean(str(name), FACTS))
        checked[name] = _check_fact(name, value)
    if "classes" in checked and "task" not in checked:
        checked["task"] = "binary" if checked["classes"] == 2 else "multiclass"
    return checked


def _check_fact(name: str, value: Any) -> Any:
    kind = FACTS[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    least = LEAST.get(name, 1)
    if kind is int and not (number and value == int(value) and value >= least):
        raise SettingError(f"facts: {name} must be a whole number >= {least}, got {value!r}.")
    if kind is float and not (number and 0 <= value <= 1):
        raise SettingError(f"facts: {name} must be a share between 0 and 1, got {value!r}.")
    if kind is bool and not isinstance(value, bool):
        raise SettingError(f"facts: {name} must be true or false, got {value!r}.")
    if name == "time" and value not in ORDERS:
        raise SettingError(
            f"facts: time must be one of {', '.join(ORDERS)}, got {value!r}.",
            did_you_mean(str(value), ORDERS),
        )
    if name == "task" and value not in TASKS:
        raise SettingError(
            f"facts: task must be one of {', '.join(TASKS)}, got {value!r}.",
            did_you_mean(str(value), TASKS),
        )
    if kind is dict:
        return check_kinds(value) if name == "kinds" else check_file(value)
    return int(value) if kind is int else float(value) if kind is float else value


def read_data(X: Table, y: Column, task: str | None) -> dict[str, Any]:
    """Return the facts of data; ``task`` is what the estimator does.

    Args:
        X: AnyArray, data frame, sparse matrix, or list of texts or rows; shape (rows, columns).
        y: Target of length rows, or None.
        task: What the estimator does, such as classification, or None.

    Raises:
        DataError: if nothing can be tuned on it: empty, other length, one class, missing targets,
            text for a regressor.
    """
    facts = _read_rows(X, task) | time_order(X)
    check_order(X, y)
    if y is not None and task not in ("clustering", "outlier", "density"):
        facts |= read_target(y, facts["rows"], task)
    elif y is None and task in ("classification", "regression"):
        raise DataError(
            f"y must be given for {task}, got None.",
            "Call autotune(estimator, X, y), or name its column by --target.",
        )
    elif task:
        facts["task"] = task
        facts |= _outliers(y) if task == "outlier" and y is not None else {}
    return facts


def _outliers(y: Column) -> dict[str, Any]:
    """Return the label of outliers among two labels, and its share."""
    import numpy as np

    labels = np.asarray(y).ravel()
    label = outlier_label(labels)
    return {"rare_class": label, "minority": round(float(np.mean(labels == label)), 6)}


def check_missing(estimator: Estimator, missing: float) -> None:
    """Refuse missing values for an estimator that takes none; one with parts may fill them in.

    Raises:
        DataError: with the share of missing values and the way out.
    """
    tags = getattr(estimator, "__sklearn_tags__", None)
    has_parts = any(
        hasattr(estimator, name)
        for name in ("steps", "transformers", "transformer_list", "estimator", "estimators")
    )
    if missing > 0 and tags is not None and not has_parts and not tags().input_tags.allow_nan:
        name = type(estimator).__name__
        raise DataError(
            f"X must have no missing values for {name}, got {missing:.2%}.",
            "Set encode='auto', or put an imputer before it: make_pipeline(SimpleImputer(), …).",
        )


def _read_rows(X: Table, task: str | None) -> dict[str, Any]:
    if X is None or isinstance(X, str | bytes | Mapping):
        raise DataError(
            f"X must be an array or a data frame, got {type(X).__name__}.",
            "Of columns by name, make one: pandas.DataFrame(X)." if isinstance(X, Mapping) else "",
        )
    shape = getattr(X, "shape", None)
    if shape is None:
        X = _as_array(X, any_length=task == "transform")
        shape = X.shape
    if not shape or shape[0] == 0 or (len(shape) > 1 and shape[1] == 0):
        raise DataError(f"X must have at least one row and one column, got shape {tuple(shape)}.")
    facts = {"rows": int(shape[0]), "columns": int(shape[1]) if len(shape) > 1 else 1}
    return facts | _contents(X) | file_facts(X) | spread_facts(X)


def _as_array(X: Table, *, any_length: bool) -> Any:
    """Return rows as an array; those of any length, such as sets of labels, as one of objects."""
    import numpy as np

    try:
        return np.asarray(X)
    except ValueError:
        if any_length:
            return np.fromiter(X, dtype=object)
        raise DataError(
            "X must have rows of one length, got rows that differ.",
            "Pad them, or use a vectorizer.",
        ) from None


def _contents(X: Table) -> dict[str, Any]:
    """Return the share of missing values and the number of columns that are not numbers."""
    if hasattr(X, "toarray"):
        return {"sparse": True, "missing": 0.0, "categorical": 0}
    if hasattr(X, "dtypes") and hasattr(X, "isna"):
        X = X.to_frame() if getattr(X, "ndim", 2) == 1 else X
        categorical = sum(getattr(dtype, "kind", "O") not in "biuf" for dtype in X.dtypes)
        return {
            "sparse": False,
            "missing": float(X.isna().to_numpy().mean()),
            "categorical": categorical,
        }
    import numpy as np

    array = np.asarray(X)
    if array.dtype.kind == "f":
        return {"sparse": False, "missing": float(np.isnan(array).mean()), "categorical": 0}
    return {
        "sparse": False,
        "missing": 0.0,
        "categorical": 0 if array.dtype.kind in "biu" else array[0:1].size,
    }
