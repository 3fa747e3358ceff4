"""How many trials there can be, in a space without end."""

from typing import Any

from autotune_optuna.export.templates.placeholders import INITIAL_TRIALS


def planned_trials(count: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many trials there can be, and the configurations to try first."""
    return count, INITIAL_TRIALS[:count]
