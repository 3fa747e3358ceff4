"""All configurations of a finite space."""

from typing import Any

from autotune_optuna.export.templates.placeholders import SPACE, suggest_params
from autotune_optuna.samplers.distinct_sampler import configurations


def all_configurations() -> list[dict[str, Any]]:
    """Return the parameters of all configurations; the space is finite."""
    return list(configurations(suggest_params, SPACE))
