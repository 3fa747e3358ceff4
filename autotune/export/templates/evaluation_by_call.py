"""A trial's evaluation by a call of a function."""

import math
from collections.abc import Callable, Iterator, Mapping

from autotune.export.templates.placeholders import METRIC, call_objective


def evaluate(params: dict[str, object], seed: int, report: Callable[[int, float], None]) -> float:
    """Return a trial's metric; where the function yields, report each value and return the last."""
    result = call_objective(params, seed)
    if not isinstance(result, Iterator):
        return metric_of(result)
    value = math.nan
    for step, metrics in enumerate(result, start=1):
        value = metric_of(metrics)
        report(step, value)
    return metric_of(value)


def metric_of(result: object) -> float:
    """Return the metric of a result, which is a number or a dict of metrics.

    Raises:
        ValueError: if it is not finite.
    """
    value = float(result[METRIC] if isinstance(result, Mapping) else result)  # type: ignore[arg-type]
    if not math.isfinite(value):
        raise ValueError(f"{METRIC} must be finite, got {value}")
    return value


def reported(steps: Iterator[object], report: Callable[[int, float], None]) -> list[float]:
    """Report the metric of each step, and return all of them."""
    values = []
    for step, metrics in enumerate(steps, start=1):
        values.append(metric_of(metrics))
        report(step, values[-1])
    return values
