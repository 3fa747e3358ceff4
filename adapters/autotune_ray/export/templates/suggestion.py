"""What Ray's searcher suggests for a trial."""

from functools import partial
from typing import Any

import optuna

from autotune.workers.seeds import trial_seed
from autotune_optuna.export.templates.suggestion import suggest_value
from autotune_ray.export.templates.placeholders import SEED, suggest_params


def suggest_trial(trial: optuna.Trial) -> dict[str, Any]:
    """Return what Ray gives a trial: its hyperparameters, and the seed of its number."""
    params = suggest_params(partial(suggest_value, trial))
    return {"trial": {"params": params, "seed": trial_seed(SEED, trial.number)}}
