"""Knowledge: what is known of algorithms, read from YAML, checked, and found by estimator."""

from autotune.knowledge.entry import LEVELS, Entry, Hyperparameter, Row
from autotune.knowledge.library import Known, check, entries, entry_for, named, table

__all__ = ["LEVELS", "Entry", "Hyperparameter", "Known", "Row", "check", "entries", "entry_for", "named", "table"]
