"""Scores as text, in percent with spaces between and a dot where one is unknown; and back to shares."""

import math
from collections.abc import Iterable


def are_scores(text: str) -> bool:
    """Return whether a text holds whole numbers and dots only.

    >>> are_scores("90 -5 ."), are_scores("90 good")
    (True, False)
    """
    return all(s == "." or s.removeprefix("-").isdigit() for s in text.split())


def read_scores(text: str) -> list[float | None]:
    """Return the scores in shares, None where one is unknown.

    >>> read_scores("90 -5 .")
    [0.9, -0.05, None]
    """
    return [None if s == "." else float(s) / 100 for s in text.split()]


def known_scores(text: str) -> list[float]:
    """Return scores in shares; an unknown one is the mean of the others.

    >>> known_scores("90 . 70")
    [0.9, 0.8, 0.7]
    """
    scores = read_scores(text)
    known = [s for s in scores if s is not None]
    mean = sum(known) / len(known) if known else 0.0
    return [mean if s is None else s for s in scores]


def write_scores(scores: Iterable[float | None]) -> str:
    """Return scores as text; None and NaN are unknown.

    >>> write_scores([0.9, -0.05, None])
    '90 -5 .'
    """
    return " ".join("." if s is None or math.isnan(s) else str(round(100 * s)) for s in scores)
