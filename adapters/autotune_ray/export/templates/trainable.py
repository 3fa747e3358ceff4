"""A trial that reports its value at its end."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
from ray import tune

from autotune_ray.export.templates.placeholders import METRIC


def run_trial(
    config: dict[str, Any], evaluation: Callable[[dict[str, object], int], float]
) -> None:
    """Report the value of a trial."""
    params, seed = config["trial"]["params"], config["trial"]["seed"]
    random.seed(seed)
    np.random.seed(seed)
    tune.report({METRIC: evaluation(params, seed)})
