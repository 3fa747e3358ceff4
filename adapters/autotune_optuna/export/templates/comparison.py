"""A comparison of hyperparameters that may not be in use, or not be numbers."""

from collections.abc import Callable
from typing import Any


def holds(comparison: Callable[[], Any]) -> bool:
    """Return whether a comparison holds; it does not where its values cannot be compared."""
    try:
        return bool(comparison())
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return False
