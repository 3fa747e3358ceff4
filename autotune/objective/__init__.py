"""Objectives: from one configuration to metrics, by cross-validation or by a function; they run in worker processes."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autotune.objective.cross_validation import CrossValidation
    from autotune.objective.function import FunctionObjective, settings_of

__all__ = ["CrossValidation", "FunctionObjective", "Stopped", "settings_of"]


class Stopped(Exception):
    """Raised by a report where the trial is to end early."""


def __getattr__(name: str) -> Any:
    # A worker loads only the objective it was given, so that one without scikit-learn starts at once.
    if name == "CrossValidation":
        from autotune.objective.cross_validation import CrossValidation

        return CrossValidation
    if name in ("FunctionObjective", "settings_of"):
        from autotune.objective import function

        return getattr(function, name)
    raise AttributeError(f"module 'autotune.objective' has no attribute {name!r}")
