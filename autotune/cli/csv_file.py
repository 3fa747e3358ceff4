"""CSV files as people have them: how one is to be read, by pandas' own options."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 50  # lines that tell the separator
GAPS = ("?", "-", "--", ".", "..", "*", "x", "na", "Na", "N.A.", "n.a.", "missing", "unknown")
WHOLE = re.compile(r"[+-]?\d+")
POINT = re.compile(r"[+-]?\d+\.\d+([eE][+-]?\d+)?")
DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")  # 3,5 and 1.234,5
COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")  # 1,234 and 1,234.5
POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")  # 1.234

Options = dict[str, Any]


def options_of(path: Path) -> Options:
    """Return the arguments by which ``pandas.read_csv`` reads a file; none for a plain one.

    Raises:
        OSError, UnicodeError, ValueError: if it cannot be read.
    """
    import pandas as pd

    encoding = _encoding(path)
    head = pd.read_csv(
        path,
        header=None,
        sep="\0",
        engine="python",
        quoting=csv.QUOTE_NONE,
        nrows=SAMPLE,
        encoding=encoding or "utf-8",
        dtype=str,
        skip_blank_lines=True,
        keep_default_na=False,
    )
    lines = [str(line) for line in head.iloc[:, 0]]
    options: Options = {"encoding": encoding} if encoding else {}
    separator = separator_of(lines)
    if separator != ",":
        options["sep"] = separator
    if any(cell[:1] == " " for cell in _cells(lines[:1], separator)[0]):
        options["skipinitialspace"] = True
    texts: Any = pd.read_csv(path, dtype=str, **options)
    return options | _of_cells(texts, separator)


def _encoding(path: Path) -> str:
    """Return the encoding where it is not UTF-8: by its mark, else that of Western Windows."""
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return ""  # compressed
    with path.open("rb") as file:
        start = file.read(1 << 20)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return "cp1252" if not set(start) & {0x81, 0x8D, 0x8F, 0x90, 0x9D} else "latin-1"
    return ""


def separator_of(lines: Sequence[str]) -> str:
    """Return what separates the cells of lines: what gives most of them as many as the header.

    >>> separator_of(["a;b", "1,5;2", "2,5;3"]), separator_of(["a,b;c", "1,2", "3,4"])
    (';', ',')
    """
    best, most = ",", (0.0, 0)
    for separator in SEPARATORS:
        rows = _cells(lines, separator)
        width = len(rows[0])
        alike = sum(len(row) in (width, width + 1) for row in rows) / len(rows)
        if width > 1 and (alike, width) > most and alike > 0.5:
            best, most = separator, (alike, width)
    return best


def _cells(lines: Iterable[str], separator: str) -> list[list[str]]:
    return list(csv.reader(StringIO("\n".join(lines)), delimiter=separator)) or [[]]


def _of_cells(texts: "pandas.DataFrame", separator: str) -> Options:
    """Return the options that the cells ask for: numbers written otherwise, gaps, row numbers."""
    options = _of_numbers(texts, separator)
    gaps = {str(name): found for name, column in texts.items() if (found := _gaps(column))}
    if gaps:
        options["na_values"] = gaps
    if len(texts.columns) > 2 and _counts_rows(texts):
        options["index_col"] = 0
    return options


def _of_numbers(texts: "pandas.DataFrame", separator: str) -> Options:
    """Return how numbers are written, where all of them agree."""
    columns = {str(name): set(c.dropna().str.strip()) for name, c in texts.items()}
    values = columns.values()
    english = any(_all(v, COMMA_GROUPS) for v in values)
    continental = any(_all(v, DECIMAL_COMMA) for v in values)
    points = any(_all(v, POINT) and not _all(v, POINT_GROUPS) for v in values)
    if english and (points or separator == "," or not continental):
        return {"thousands": ",", **_kept(columns, ",", COMMA_GROUPS)}
    if not continental or points:
        return {}
    if not any(_holds(v, ".") and _all(v, POINT_GROUPS, DECIMAL_COMMA) for v in values):
        return {"decimal": ","}
    kept = _kept(columns, ".", POINT_GROUPS, DECIMAL_COMMA)
    return {"decimal": ",", "thousands": ".", **kept}


def _kept(columns: dict[str, set[str]], mark: str, *patterns: re.Pattern[str]) -> Options:
    """Return the columns that stay texts: dates and codes would lose the mark of thousands."""
    held = [n for n, v in columns.items() if _holds(v, mark) and not _all(v, *patterns)]
    return {"dtype": dict.fromkeys(held, "str")} if held else {}


def _all(values: set[str], *patterns: re.Pattern[str]) -> bool:
    """Return whether some values have a pattern, and all others are whole numbers or gaps."""
    rest = [value for value in values if not any(p.fullmatch(value) for p in patterns)]
    return len(rest) < len(values) and all(WHOLE.fullmatch(v) or v in GAPS for v in rest)


def _holds(values: set[str], mark: str) -> bool:
    """Return whether values of digits and marks hold this mark: numbers, dates or codes."""
    return any(mark in value and re.fullmatch(r"[\d.,+-]+", value) for value in values)


def _gaps(column: "pandas.Series[Any]") -> list[str]:
    """Return the words that stand for missing values in a column whose other values are numbers."""
    import pandas as pd

    values = {str(value).strip() for value in column.dropna()}
    found = sorted(values & set(GAPS))
    rest = pd.Series(sorted(values - set(GAPS)), dtype=str)
    numbers = pd.to_numeric(rest.str.replace(",", "."), errors="coerce")
    return found if found and len(rest) > 1 and bool(numbers.notna().all()) else []


def _counts_rows(texts: "pandas.DataFrame") -> bool:
    """Return whether the first column has no name and numbers the rows, as pandas writes it."""
    if not str(texts.columns[0]).startswith("Unnamed: "):
        return False
    first = list(texts.iloc[:, 0])
    return any(first == [str(i + start) for i in range(len(first))] for start in (0, 1))
