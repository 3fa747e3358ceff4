"""The trials of a grid: every configuration of a finite space."""

from typing import Any

from autotune_optuna.export.templates.placeholders import INITIAL_TRIALS, all_configurations
from autotune_optuna.grid import first_of_grid


def planned_trials(count: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many trials there can be, and the configurations in the order to try them."""
    further = [params for params in all_configurations() if params not in INITIAL_TRIALS]
    grid = [*INITIAL_TRIALS, *first_of_grid(further, count - len(INITIAL_TRIALS))]
    return len(grid[:count]), grid[:count]
