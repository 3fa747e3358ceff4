"""What the columns of a table are: numbers, categories, dates, text; nothing is changed."""

import warnings
from collections.abc import Mapping
from typing import Any

from autotune.errors import DataError, SettingError, did_you_mean, one_line
from autotune.facts.types import Estimator, Table

KINDS = {
    "numbers": "numeric",
    "categories": "low_cardinality",
    "dates": "datetime",
    "text": "high_cardinality",
}
READ_OPTIONS = "autotune: read with"  # in a frame's attributes: how its file was read
MOST_ROWS = 50_000  # that are looked at, at equal distances


def is_table(X: Table) -> bool:
    """Return whether X has rows and columns of single values: a frame or an array, not sparse."""
    shape = getattr(X, "shape", ())
    return len(shape) == 2 and not hasattr(X, "toarray")


def column_kinds(X: Table, look: Estimator) -> dict[str, list[str]]:
    """Return the names of the columns of each kind; those of no kind are empty.

    Args:
        X: A data frame or an array of shape (rows, columns).
        look: skrub's ``TableVectorizer``, which changes no column.

    Raises:
        DataError: if the table cannot be read.
    """
    step = max(1, -(-X.shape[0] // MOST_ROWS))
    rows = (X.iloc if hasattr(X, "iloc") else X)[::step]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            look.fit(rows)
    except Exception as error:  # any cell's own code may run here
        raise DataError(
            f"the columns of X must be numbers, texts or dates: {one_line(str(error), 200)}.",
            "Leave the others out.",
        ) from None
    return by_kind(look.column_to_kind_, list(look.feature_names_in_))


def by_kind(kinds: dict[str, Any], names: list[str]) -> dict[str, list[str]]:
    """Return the names of the columns by their kind, in order, without kinds that no column has.

    >>> by_kind({"age": "numeric", "city": "low_cardinality"}, ["age", "none", "city"])
    {'numbers': ['age'], 'categories': ['city'], 'empty': ['none']}
    """
    words = {theirs: ours for ours, theirs in KINDS.items()}
    columns: dict[str, list[str]] = {kind: [] for kind in (*KINDS, "empty")}
    for name in names:
        columns[words.get(str(kinds.get(name)), "empty")].append(name)
    return {kind: listed for kind, listed in columns.items() if listed}


def file_facts(X: Table) -> dict[str, Any]:
    """Return how the table's file was read, where it is no plain CSV file."""
    options = getattr(X, "attrs", {}).get(READ_OPTIONS)
    return {"file": dict(options)} if options else {}


def check_file(value: object) -> dict[str, Any]:
    """Return the arguments by which pandas reads a file, given by hand or in a file.

    Raises:
        SettingError: if they are no mapping by name.
    """
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise SettingError(
            f"facts: file must be arguments of pandas.read_csv, such as {{'sep': ';'}}, "
            f"got {value!r}."
        )
    return dict(value)


def check_kinds(value: object) -> dict[str, list[str]]:
    """Return the names of columns by kind, as `column_kinds` has them, given by hand or in a file.

    Raises:
        SettingError: if a kind has another name, or its columns are no list of texts.
    """
    kinds = (*KINDS, "empty")
    if not isinstance(value, Mapping):
        raise SettingError(f"facts: kinds must be a mapping by {', '.join(kinds)}, got {value!r}.")
    for kind, names in value.items():
        if kind not in kinds:
            raise SettingError(
                f"facts: kinds must have names among {', '.join(kinds)}, got {kind!r}.",
                did_you_mean(str(kind), kinds),
            )
        if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
            raise SettingError(f"facts: kinds.{kind} must be a list of columns, got {names!r}.")
    return {kind: list(names) for kind, names in value.items()}


def takes_tables(estimator: Estimator) -> bool:
    """Return whether an estimator's first step takes columns as they are: texts, or by name."""
    first = estimator
    while getattr(first, "steps", None):
        first = first.steps[0][1]
    if first is estimator and not hasattr(first, "transform"):
        return False
    if any(hasattr(first, name) for name in ("transformers", "transformer_list")):
        return True
    tags = getattr(first, "__sklearn_tags__", None)
    inputs = tags().input_tags if tags is not None else None
    return inputs is not None and bool(inputs.string or inputs.categorical)
