"""Whether rows are in order of time, as an index, a column or lags tell."""

import re
from typing import Any

from autotune.facts.types import Table

TIME_INDEXES = ("DatetimeIndex", "PeriodIndex", "TimedeltaIndex")
LAG = re.compile(r"(?:^|[_\W])(?:lag|lagged|shift)[_ -]?\d+(?=$|[_\W])|\(?\bt ?- ?\d+\)?$", re.I)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[ T])")  # sorts by time as text, too
TEXT_DTYPES = ("object", "str", "string", "utf8")
DATE_DTYPES = ("datetime", "period", "date")


def time_order(X: Table) -> dict[str, Any]:
    """Return the fact ``time``: ``index``, ``column`` or ``lags``; nothing where none is in order.

    >>> time_order([[1, 2], [3, 4]])
    {}
    """
    index, columns = getattr(X, "index", None), getattr(X, "columns", None)
    if type(index).__name__ in TIME_INDEXES and _runs_on(index):
        return {"time": "index"}
    if columns is None:
        return {}
    names = list(columns)
    dates = [
        name
        for name, dtype in zip(names, X.dtypes, strict=True)
        if _is_date(dtype) or (_is_text(dtype) and _holds_dates(X[name]))
    ]
    if any(_runs_on(X[name]) for name in dates):
        return {"time": "column"}
    lags = [name for name in names if isinstance(name, str) and LAG.search(name)]
    return {"time": "lags"} if lags else {}


def _is_date(dtype: object) -> bool:
    return str(dtype).lower().startswith(DATE_DTYPES)


def _is_text(dtype: object) -> bool:
    return str(dtype).lower().startswith(TEXT_DTYPES)


def _holds_dates(column: Any) -> bool:
    """Return whether all values are texts that begin with a date as 2024-05-31, as in a file."""
    texts = column if getattr(column, "ndim", 1) == 1 else ()
    return bool(len(texts)) and all(isinstance(t, str) and ISO_DATE.match(t) for t in texts)


def _runs_on(values: Any) -> bool:
    """Return whether values, of pandas or Polars, never fall, and do rise."""
    if len(values) < 2:
        return False
    ordered = getattr(values, "is_monotonic_increasing", None)
    if ordered is None:
        ordered = values.is_sorted() if hasattr(values, "is_sorted") else False
    first, last = (
        values[place] if not hasattr(values, "iloc") else values.iloc[place] for place in (0, -1)
    )
    return bool(ordered) and bool(first != last)
