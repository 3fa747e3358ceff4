"""A Python function as an objective: it returns a number or a dict of metrics, or yields them step by step."""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autotune.errors import SettingError, did_you_mean

Report = Callable[[int, float], None]


def settings_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the hyperparameters of a function: the defaults in its signature.

    Raises:
        SettingError: if a parameter has no default, or the function takes any arguments.
    """
    name = getattr(function, "__name__", "the function")
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise SettingError(f"{name} must be a Python function whose signature can be read.") from None
    missing = [p.name for p in parameters if p.default is p.empty]
    if missing or not parameters:
        got = f"none for {', '.join(missing)}" if missing else "no parameters"
        raise SettingError(
            f"{name} must have a default for each of its hyperparameters, got {got}.", "For example: def train(lr=0.01)."
        )
    return {p.name: p.default for p in parameters}


@dataclass(frozen=True)
class FunctionObjective:
    """Calls a function with one configuration, as a dict or unpacked to keywords, and reads its metrics.

    ``seed_names`` are parameters of the function that are given the trial's seed.
    """

    function: Callable[..., Any]
    metric: str
    unpack: bool
    seed_names: tuple[str, ...] = ()

    def __call__(self, settings: Mapping[str, Any], report: Report, seed: int) -> dict[str, float]:
        """Return the metrics of one configuration, the last ones where the function yields several.

        Raises:
            TypeError: if the result is neither number, dict nor iterator. ValueError: if the metric is missing or NaN.
        """
        result = (
            self.function(**dict.fromkeys(self.seed_names, seed) | dict(settings))
            if self.unpack
            else self.function(dict(settings))
        )
        if isinstance(result, Iterator):
            return self._last(result, report)
        return self._metrics(result)

    def probing(self) -> tuple["FunctionObjective", int]:
        """Return what evaluates one trial, for timing it; a function's trial is one call."""
        return self, 1

    def _last(self, results: Iterator[Any], report: Report) -> dict[str, float]:
        metrics: dict[str, float] = {}
        for step, result in enumerate(results, start=1):
            metrics = self._metrics(result)
            report(step, metrics[self.metric])
        if not metrics:
            raise ValueError("the function must yield at least one metric, got none")
        return metrics

    def _metrics(self, result: Any) -> dict[str, float]:
        found = {str(k): v for k, v in result.items()} if isinstance(result, Mapping) else {self.metric: result}
        if self.metric not in found:
            raise ValueError(
                f"the function must give the metric {self.metric!r}, got {sorted(found)}. {did_you_mean(self.metric, found)}"
            )
        metrics = {k: _number(k, v) for k, v in found.items() if k == self.metric or isinstance(v, int | float)}
        if math.isnan(metrics[self.metric]) or math.isinf(metrics[self.metric]):
            raise ValueError(f"the metric {self.metric!r} must be finite, got {metrics[self.metric]}")
        return metrics


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        raise TypeError(f"the metric {name!r} must be a number, got {type(value).__name__}") from None
