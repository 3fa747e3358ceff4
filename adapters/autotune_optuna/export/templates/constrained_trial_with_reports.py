"""A trial that reports values on its way, may end early by them, and be beyond constraints."""

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


def run_trial(evaluation: Callable[..., float], trial: optuna.Trial) -> float:
    """Return a trial's value; its random numbers depend on its number alone."""
    params, seed = suggest_params(partial(suggest_value, trial)), trial_seed(SEED, trial.number)
    random.seed(seed)
    np.random.seed(seed)
    figures: dict[str, object] = {}
    started_at = time.monotonic()

    def report(step: int, value: float) -> None:
        trial.report(value, step)
        if trial.should_prune():
            raise optuna.TrialPruned

    value = evaluation(params, seed, report, figures)
    set_constraints(trial, amounts_beyond(figures, value, time.monotonic() - started_at))
    return value
