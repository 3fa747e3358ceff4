"""Objectives: from one configuration to metrics, by cross-validation, a function or a script; they run in worker processes."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autotune.objective.cross_validation import CrossValidation
    from autotune.objective.function import FunctionObjective, settings_of
    from autotune.objective.script import ScriptObjective

__all__ = ["CrossValidation", "FunctionObjective", "Killed", "ScriptObjective", "Stopped", "settings_of"]


class Stopped(BaseException):
    """Raised by a report where the trial is to end early; no Exception, as training code that catches those ends, too."""


class Killed(Exception):
    """Raised by an objective whose process a signal ended, so that the trial is tried again as one whose worker died."""


def __getattr__(name: str) -> Any:
    # A worker loads only the objective it was given, so that one without scikit-learn starts at once.
    if name == "CrossValidation":
        from autotune.objective.cross_validation import CrossValidation

        return CrossValidation
    if name == "ScriptObjective":
        from autotune.objective.script import ScriptObjective

        return ScriptObjective
    if name in ("FunctionObjective", "settings_of"):
        from autotune.objective import function

        return getattr(function, name)
    raise AttributeError(f"module 'autotune.objective' has no attribute {name!r}")
