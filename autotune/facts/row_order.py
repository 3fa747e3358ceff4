"""Whether the rows of X and y stand in one order, as their labels say."""

from typing import Any

from autotune.errors import DataError
from autotune.facts.types import Column, Table


def check_order(X: Table, y: Column) -> None:
    """Refuse a target that has the labels of the rows of X in another order.

    Rows and targets are paired by position, as scikit-learn does, so labels that differ otherwise
    mean nothing; but the same ones in another order are those of other rows.

    Raises:
        DataError: with the first row that differs, and the ways out.
    """
    rows: Any = getattr(X, "index", None)
    targets: Any = getattr(y, "index", None)
    if not hasattr(rows, "sort_values") or not hasattr(targets, "sort_values"):
        return
    if len(rows) != len(targets) or rows.equals(targets) or not rows.is_unique:
        return
    if targets.is_unique and rows.isin(targets).all():
        first = next(i for i, (a, b) in enumerate(zip(rows, targets, strict=True)) if a != b)
        raise DataError(
            f"y must have its rows in the order of X, got {targets[first]!r} where X has"
            f" {rows[first]!r}.",
            "Pass y.loc[X.index]; where both are in one order, y.set_axis(X.index).",
        )
