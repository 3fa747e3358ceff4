"""Rows of data: which are taken, how they are split, and whether they fit together."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from autotune.errors import DataError
from autotune.facts.types import AnyArray, Column, Splits, Table
from autotune.objective.all_rows import AllRows


def make_cv(cv: Splits, task: str | None, seed: int, groups: Column) -> Any:
    """Return the splitter for a number of folds, or the splitter or list of splits given.

    None is a single fold of all rows. Else it is stratified for classes, and by group if there are
    groups.

    Raises:
        DataError: if there are fewer groups than folds.
    """
    if cv is None:
        return AllRows()
    if not isinstance(cv, int):
        return list(cv) if isinstance(cv, Iterable) and not hasattr(cv, "split") else cv
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    classes = task in ("binary", "multiclass")
    if groups is None:
        return (StratifiedKFold if classes else KFold)(cv, shuffle=True, random_state=seed)
    if len(set(groups)) < cv:
        raise DataError(
            f"groups must be at least as many as folds, got {len(set(groups))} groups and cv={cv}.",
            "Lower cv.",
        )
    return StratifiedGroupKFold(cv, shuffle=True, random_state=seed) if classes else GroupKFold(cv)


def drawn_once(cv: Splits, data: Mapping[str, Any]) -> Any:
    """Return the splitter, or the list of its splits where it splits otherwise the second time.

    So every trial, in any process, sees the same folds.
    """
    import numpy as np

    if isinstance(cv, list):
        return cv
    given = (data["X"], data.get("y"), data.get("groups"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as that it ignores groups
        first, second = (list(cv.split(*given)) for _ in range(2))
    same = len(first) == len(second) and all(
        np.array_equal(rows, again)
        for pair, other in zip(first, second, strict=True)
        for rows, again in zip(pair, other, strict=True)
    )
    return cv if same else first


def check_rows(data: Mapping[str, Any], cv: Splits) -> None:
    """Refuse groups and weights of another length than X, and folds that the data cannot fill.

    Raises:
        DataError: saying which.
    """
    rows = data["X"].shape[0] if hasattr(data["X"], "shape") else len(data["X"])
    for name in ("groups", "sample_weight"):
        column = data.get(name)
        if column is not None and (isinstance(column, str) or len(column) != rows):
            raise DataError(
                f"{name} must have one value for each of the {rows} rows, got {len(column)}."
            )
    if isinstance(cv, list):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            next(iter(cv.split(data["X"], data.get("y"), data.get("groups"))))
    except (ValueError, TypeError) as error:
        raise DataError(
            f"cv must fit the data: {str(error).splitlines()[0].rstrip('.')}.",
            "Pass groups=, the group of each row, to run."
            if _wants_groups(cv) and data.get("groups") is None
            else "Lower cv, or give a splitter.",
        ) from None


def _wants_groups(cv: Splits) -> bool:
    """Return whether a splitter of scikit-learn asks for groups."""
    routing = getattr(cv, "get_metadata_routing", None)
    return routing is not None and bool(routing().split.requests.get("groups"))


def take(data: Table, rows: AnyArray) -> Any:
    """Return the rows of an array, a data frame, a sparse matrix or a list; None stays None.

    >>> take(["a", "b", "c"], [2, 0])
    ['c', 'a']
    """
    if data is None:
        return None
    if hasattr(data, "iloc"):
        return data.iloc[rows]
    return data[rows] if hasattr(data, "shape") else [data[row] for row in rows]
