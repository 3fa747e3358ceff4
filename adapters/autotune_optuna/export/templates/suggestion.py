"""How a trial is asked for the value of a parameter."""

from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution, IntDistribution

from autotune_optuna.export.templates.placeholders import SPACE


def suggest_value(trial: optuna.Trial, name: str) -> Any:
    """Return a trial's value of a parameter of SPACE."""
    distribution = SPACE[name]
    if isinstance(distribution, CategoricalDistribution):
        return trial.suggest_categorical(name, distribution.choices)
    options: dict[str, Any] = {"log": distribution.log, "step": distribution.step}
    if isinstance(distribution, IntDistribution):
        return trial.suggest_int(name, distribution.low, distribution.high, **options)
    return trial.suggest_float(name, distribution.low, distribution.high, **options)
