"""What in data estimators most often refuse, in words, for the ways out of errors."""

from collections.abc import Iterable, Mapping
from typing import Any

from autotune.facts.types import Table

MAX_NAMES = 4
SPECIAL = frozenset('[]<>{}":,\\')
WITHOUT = "Mend the estimator or the data; preflight=False starts the job all the same."


def way_out(data: Mapping[str, Any], *, encoded: bool = False) -> str:
    """Return how data may be mended that an estimator cannot be fitted on, by what is in them.

    Of columns that are encoded neither names nor texts are the cause.
    """
    X: Any = data.get("X")
    advice = [*([] if encoded else [*_of_names(X), *_of_text(X), *_of_types(X)]), *_of_infinity(X)]
    if not encoded and len(text_columns(X)) == len(getattr(X, "columns", ())) == 1:
        advice.append(f"give a vectorizer of texts the column itself, X[{text_columns(X)[0]!r}]")
    if getattr(X, "ndim", 2) == 1 and getattr(X.dtype, "kind", "O") in "biuf":
        one = "X.to_frame()" if hasattr(X, "to_frame") else "X.reshape(-1, 1)"
        advice.append(f"give X as a table of one column, {one}")
    y: Any = data.get("y")
    if getattr(y, "ndim", 1) == 2 and y.shape[1] > 1:
        advice.append("give one column of y, or put MultiOutputClassifier or -Regressor around it")
    if data.get("sample_weight") is not None:
        advice.append("leave sample_weight out if a step cannot take it")
    if not advice:
        return WITHOUT
    text = "; ".join(advice)
    return f"{text[0].upper()}{text[1:]}."


def text_columns(X: Table) -> list[str]:
    """Return the names of a frame's columns that hold no numbers: text, categories and dates."""
    return [name for name, kind in kinds(X) if kind not in "biuf"]


def kinds(X: Table) -> list[tuple[str, str]]:
    """Return each column's name and its kind as NumPy's dtypes have it; O for categories, too."""
    if not hasattr(X, "columns") or not hasattr(X, "dtypes"):
        return []
    names, dtypes = list(X.columns), list(X.dtypes)
    return [(str(n), getattr(d, "kind", "O")) for n, d in zip(names, dtypes, strict=False)]


def infinite_columns(X: Table) -> list[str]:
    """Return the names, or positions, of the columns with infinite values."""
    import numpy as np

    if hasattr(X, "iloc") and getattr(X, "ndim", 1) == 2:
        numbers = [(str(name), X.iloc[:, i]) for i, name in enumerate(X.columns)]
        columns = [(name, np.asarray(c)) for name, c in numbers if _kind(c) == "f"]
    else:
        array = np.asarray(X) if not hasattr(X, "toarray") else X.data.reshape(-1, 1)
        if array.dtype.kind != "f" or array.ndim != 2:
            return []
        columns = [(str(i), array[:, i]) for i in range(array.shape[1])]
    return [name for name, column in columns if column.dtype.kind == "f" and np.isinf(column).any()]


def _kind(column: Any) -> str:
    return str(getattr(column.dtype, "kind", "O"))


def _of_names(X: Table) -> list[str]:
    """Return what is to be done about names of columns."""
    names = list(getattr(X, "columns", []))
    odd = [n for n in names if not isinstance(n, str) or SPECIAL & set(n)]
    twice = sorted({str(n) for n in names if names.count(n) > 1}) if len(names) < 10_000 else []
    numbers_only = bool(names) and all(hasattr(n, "__index__") for n in names)
    advice = []
    if twice:
        advice.append(f"name each column once ({_listed(twice)})")
    if odd and not numbers_only:
        advice.append(
            f"name columns by text of letters, digits and _ ({_listed(map(repr, odd))}), "
            "as X.columns = [...]"
        )
    return advice


def _of_text(X: Table) -> list[str]:
    """Return what is to be done about columns that hold no numbers."""
    text = text_columns(X)
    if not text:
        return []
    return [f"encode the columns {_listed(text)} (encode='auto'), or leave them out"]


def _of_types(X: Table) -> list[str]:
    """Return what is to be done about columns of numbers whose types are not NumPy's."""
    import numpy as np

    if np.ndim(X) != 2:  # a Series' `dtypes` is one type
        return []
    named = zip(kinds(X), getattr(X, "dtypes", ()), strict=False)
    other = [n for (n, kind), d in named if kind in "biuf" and not isinstance(d, np.dtype)]
    return [f"give {_listed(other)} NumPy's type, as X.astype(float)"] if other else []


def _of_infinity(X: Table) -> list[str]:
    """Return what is to be done about columns with infinite values."""
    infinite = [] if X is None else infinite_columns(X)
    return [f"clip or drop the infinite values in {_listed(infinite)}"] if infinite else []


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - MAX_NAMES} more" if len(listed) > MAX_NAMES else ""
    return ", ".join(listed[:MAX_NAMES]) + more
