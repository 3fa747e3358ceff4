"""All legal configurations of a finite space."""

from typing import Any

from autotune_optuna.export.templates.legality import is_legal
from autotune_optuna.export.templates.placeholders import SPACE, suggest_params
from autotune_optuna.samplers.distinct_sampler import configurations


def all_configurations() -> list[dict[str, Any]]:
    """Return the parameters of all legal configurations; the space is finite."""
    return [params for params in configurations(suggest_params, SPACE) if is_legal(params)]
