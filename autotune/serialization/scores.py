"""Scores as text and as shares.

As text they are in percent with spaces between, with a dot for an unknown score.
"""

import math
from collections.abc import Iterable


def are_scores(text: str) -> bool:
    """Return whether a text holds whole numbers and dots only.

    >>> are_scores("90 -5 ."), are_scores("90 good")
    (True, False)
    """
    return all(word == "." or word.removeprefix("-").isdigit() for word in text.split())


def read_scores(text: str) -> list[float | None]:
    """Return the scores in shares, None where one is unknown.

    >>> read_scores("90 -5 .")
    [0.9, -0.05, None]
    """
    return [None if word == "." else float(word) / 100 for word in text.split()]


def imputed_scores(text: str) -> list[float]:
    """Return scores in shares; an unknown one is the mean of the others.

    >>> imputed_scores("90 . 70")
    [0.9, 0.8, 0.7]
    """
    scores = read_scores(text)
    measured = [score for score in scores if score is not None]
    mean = sum(measured) / len(measured) if measured else 0.0
    return [mean if score is None else score for score in scores]


def write_scores(scores: Iterable[float | None]) -> str:
    """Return scores as text; None and NaN are unknown.

    >>> write_scores([0.9, -0.05, None])
    '90 -5 .'
    """
    return " ".join(
        "." if score is None or math.isnan(score) else str(round(100 * score)) for score in scores
    )
