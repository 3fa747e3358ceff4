"""Knowledge: what is known of algorithms, read from YAML, checked, and found by estimator."""

from autotune.knowledge.catalog import (
    entries,
    entry_for,
    entry_for_scripts,
    find_entry,
    nearest,
    table,
)
from autotune.knowledge.entry import Entry
from autotune.knowledge.hyperparameter import LEVELS, Hyperparameter
from autotune.knowledge.knowledge_file import CatalogEntry, KnowledgeFile, check
from autotune.knowledge.tables import Row

__all__ = [
    "LEVELS",
    "CatalogEntry",
    "Entry",
    "Hyperparameter",
    "KnowledgeFile",
    "Row",
    "check",
    "entries",
    "entry_for",
    "entry_for_scripts",
    "find_entry",
    "nearest",
    "table",
]
