"""A trial's evaluation by a call of a function, whose value is the mean of its steps."""

import math
from collections.abc import Callable, Iterator

from autotune.export.templates.evaluation_by_call import metric_of, reported
from autotune.export.templates.placeholders import call_objective


def evaluate(params: dict[str, object], seed: int, report: Callable[[int, float], None]) -> float:
    """Return a trial's metric; where the function yields, report each value; return their mean."""
    result = call_objective(params, seed)
    if not isinstance(result, Iterator):
        return metric_of(result)
    values = reported(result, report)
    return metric_of(sum(values) / len(values) if values else math.nan)
