"""A trial that returns its value at its end, and may be beyond constraints."""

import random
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import optuna

from autotune.workers.seeds import trial_seed
from autotune_optuna.export.templates.limits import amounts_beyond
from autotune_optuna.export.templates.placeholders import SEED, suggest_params
from autotune_optuna.export.templates.suggestion import suggest_value
from autotune_optuna.private import set_constraints


def run_trial(evaluation: Callable[[dict[str, object], int], float], trial: optuna.Trial) -> float:
    """Return a trial's value; its random numbers depend on its number alone."""
    params, seed = suggest_params(partial(suggest_value, trial)), trial_seed(SEED, trial.number)
    random.seed(seed)
    np.random.seed(seed)
    started_at = time.monotonic()
    value = evaluation(params, seed)
    set_constraints(trial, amounts_beyond({}, value, time.monotonic() - started_at))
    return value
