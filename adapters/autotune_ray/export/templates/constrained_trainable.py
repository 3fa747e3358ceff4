"""A trial that reports its value at its end, and by how much it is beyond constraints."""

import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from ray import tune

from autotune_optuna.export.templates.limits import amounts_beyond
from autotune_ray.export.templates.placeholders import METRIC
from autotune_ray.searcher import marked


def run_trial(
    config: dict[str, Any], evaluation: Callable[[dict[str, object], int], float]
) -> None:
    """Report the value of a trial."""
    params, seed = config["trial"]["params"], config["trial"]["seed"]
    random.seed(seed)
    np.random.seed(seed)
    started_at = time.monotonic()
    value = evaluation(params, seed)
    amounts = amounts_beyond({}, value, time.monotonic() - started_at)
    tune.report({METRIC: value, **marked(amounts)})
