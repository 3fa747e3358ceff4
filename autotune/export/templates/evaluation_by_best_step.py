"""A trial's evaluation by a call of a function, whose value is the best of its steps."""

import math
from collections.abc import Callable, Iterator

from autotune.export.templates.evaluation_by_call import metric_of, reported
from autotune.export.templates.placeholders import MODE, call_objective


def evaluate(params: dict[str, object], seed: int, report: Callable[[int, float], None]) -> float:
    """Return a trial's metric; where the function yields, report each value and return the best."""
    result = call_objective(params, seed)
    if not isinstance(result, Iterator):
        return metric_of(result)
    values = reported(result, report)
    best = max if MODE == "max" else min
    return metric_of(best(values, default=math.nan))
