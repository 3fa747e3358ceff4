"""By how much a trial is beyond the constraints."""

from collections.abc import Mapping

from autotune.plan.constraints import violations
from autotune_optuna.export.templates.placeholders import CONSTRAINTS, METRIC


def amounts_beyond(figures: Mapping[str, object], value: float, seconds: float) -> dict[str, float]:
    """Return by how much a trial is beyond each constraint; 0 or less is within."""
    return violations(CONSTRAINTS, {"seconds": seconds, **figures, METRIC: value})
