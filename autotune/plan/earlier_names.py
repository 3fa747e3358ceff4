"""Names of the first release that files of today spell otherwise; read, never written."""

from collections.abc import Mapping
from typing import TypeVar

Content = TypeVar("Content")


def params_of(row: Mapping[str, Content]) -> dict[str, Content]:
    """Return a row with its configuration under ``params``, which was ``settings`` at first."""
    return {
        "params" if key == "settings" and "params" not in row else key: value
        for key, value in row.items()
    }


def renamed(name: str, value: object) -> object:
    """Return a setting's value with the configurations that it holds under today's name."""
    if name == "portfolio" and isinstance(value, list | tuple):
        return tuple(params_of(row) if isinstance(row, Mapping) else row for row in value)
    if name == "results" and isinstance(value, Mapping):
        return {**value, "parents": [_parent(parent) for parent in value["parents"]]}
    return value


def _parent(parent: Mapping[str, object]) -> dict[str, object]:
    best, trials = parent["best"], parent["trials"]
    return {
        **parent,
        "best": params_of(best) if isinstance(best, Mapping) else best,
        "trials": [params_of(trial) for trial in trials] if isinstance(trials, list) else trials,
    }
