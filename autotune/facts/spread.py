"""Whether the numeric columns of a table have comparable scales."""

from typing import Any

from autotune.facts.types import Table

MOST_ROWS = 5_000  # that are looked at, at equal distances
UNLIKE = (
    10.0  # times: a column that varies so much more than most dominates distances and penalties
)


def spread_facts(X: Table) -> dict[str, bool]:
    """Return that columns are unscaled: one's standard deviation is far above the lower median.

    >>> import numpy as np
    >>> spread_facts(np.array([[0.0, 0.0], [1.0, 1000.0]]))
    {'unscaled': True}
    >>> spread_facts(np.array([[0.0, 5.0], [1.0, 6.0]]))
    {}
    """
    import numpy as np

    numbers = _numbers(X)
    if numbers is None or numbers.shape[1] < 2:
        return {}
    step = max(1, -(-numbers.shape[0] // MOST_ROWS))
    rows = np.asarray(numbers[::step], dtype=float)
    rows = np.where(np.isfinite(rows), rows, np.nan)
    spread = _deviations(rows)
    spread = np.sort(spread[spread > 0])
    if len(spread) < 2 or spread[-1] <= UNLIKE * spread[(len(spread) - 1) // 2]:
        return {}
    return {"unscaled": True}


def _deviations(rows: Any) -> Any:
    """Return the standard deviation of each column that has at least two values."""
    import numpy as np

    columns = [column[~np.isnan(column)] for column in rows.T]
    with np.errstate(over="ignore", invalid="ignore"):  # huge numbers have an infinite deviation
        deviations = np.array([np.std(column) for column in columns if len(column) > 1])
    return np.where(np.isnan(deviations), np.inf, deviations)


def _numbers(X: Table) -> Any:
    """Return the numeric columns as an array, or None where X is no table of them."""
    import numpy as np

    if hasattr(X, "toarray") or len(getattr(X, "shape", ())) != 2:
        return None
    if hasattr(X, "dtypes") and hasattr(X, "iloc"):
        keep = [i for i, dtype in enumerate(X.dtypes) if getattr(dtype, "kind", "O") in "iuf"]
        step = max(1, -(-X.shape[0] // MOST_ROWS))
        return X.iloc[::step, keep].to_numpy(dtype=float, na_value=np.nan)
    array = np.asarray(X)
    return array if array.dtype.kind in "iuf" else None
