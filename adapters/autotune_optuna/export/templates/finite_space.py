"""How many trials there can be, in a finite space."""

from typing import Any

from autotune_optuna.export.templates.placeholders import INITIAL_TRIALS, all_configurations


def planned_trials(count: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many trials there can be, and the configurations to try first."""
    configurations = all_configurations()
    outside = [params for params in INITIAL_TRIALS if params not in configurations]
    count = min(count, len(configurations) + len(outside))
    return count, INITIAL_TRIALS[:count]
