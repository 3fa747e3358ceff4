"""A trial that reports values on its way, and by how much it is beyond constraints."""

import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from ray import tune

from autotune_optuna.export.templates.limits import amounts_beyond
from autotune_ray.export.templates.placeholders import METRIC
from autotune_ray.searcher import marked


def run_trial(config: dict[str, Any], evaluation: Callable[..., float]) -> None:
    """Report the values of a trial: one for each step, or the only one."""
    params, seed = config["trial"]["params"], config["trial"]["seed"]
    random.seed(seed)
    np.random.seed(seed)
    figures: dict[str, object] = {}
    started_at = time.monotonic()
    steps = []

    def report(step: int, value: float) -> None:
        steps.append(step)
        amounts = amounts_beyond(figures, value, time.monotonic() - started_at)
        tune.report({METRIC: value, **marked(amounts)})

    value = evaluation(params, seed, report, figures)
    if not steps:
        report(1, value)
