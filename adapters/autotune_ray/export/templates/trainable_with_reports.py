"""A trial that reports values on its way."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
from ray import tune

from autotune_ray.export.templates.placeholders import METRIC


def run_trial(
    config: dict[str, Any],
    evaluation: Callable[[dict[str, object], int, Callable[[int, float], None]], float],
) -> None:
    """Report the values of a trial: one for each step, or the only one."""
    params, seed = config["trial"]["params"], config["trial"]["seed"]
    random.seed(seed)
    np.random.seed(seed)
    steps = []

    def report(step: int, value: float) -> None:
        steps.append(step)
        tune.report({METRIC: value})

    value = evaluation(params, seed, report)
    if not steps:
        tune.report({METRIC: value})
