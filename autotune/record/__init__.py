"""The record of a job: its plan and trials, in an Optuna storage that any later process opens."""

from autotune.record.store import Store, open_store

__all__ = ["Store", "open_store"]
