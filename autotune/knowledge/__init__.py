"""Knowledge: what is known of algorithms, read from YAML, checked, and found by estimator."""

from autotune.knowledge.catalog import (
    Known,
    check,
    entries,
    entry_for,
    entry_for_scripts,
    named,
    table,
)
from autotune.knowledge.entry import LEVELS, Entry, Hyperparameter, Row

__all__ = [
    "LEVELS",
    "Entry",
    "Hyperparameter",
    "Known",
    "Row",
    "check",
    "entries",
    "entry_for",
    "entry_for_scripts",
    "named",
    "table",
]
