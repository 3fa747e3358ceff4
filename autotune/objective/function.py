"""A Python function as an objective: it returns metrics, or yields or reports them by steps."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from autotune.errors import did_you_mean
from autotune.objective.metric_reports import Report, Steps
from autotune.workers import trial_context


@dataclass(frozen=True)
class FunctionObjective:
    """Calls a function with one configuration, as a dict or as keywords, and reads its metrics."""

    function: Callable[..., Any]
    """The function that is called once in each trial."""
    metric: str
    """The name of the tuned metric."""
    unpack: bool
    """Whether hyperparameters are passed as keywords; else as one dict."""
    seed_names: tuple[str, ...] = ()
    """The parameters of the function that get the trial's seed."""
    static: Mapping[str, Any] = field(default_factory=dict)
    """Further parameters, with the plan's values."""
    value: str = "last"
    """What of its reports is a trial's value: ``last``, ``best`` or ``mean``."""
    mode: str = "max"
    """Whether the highest report is the best, or the lowest."""

    def __call__(self, params: Mapping[str, object], report: Report, seed: int) -> dict[str, float]:
        """Return the metrics of one configuration; of several steps the last, or as `value` says.

        Raises:
            TypeError: if the result is neither number, dict nor iterator. ValueError: if the metric
                is missing or not finite.
        """
        steps = Steps(self.metric, report, value=self.value, mode=self.mode)

        def take(value: float | None, metrics: Mapping[str, object], step: int | None) -> None:
            steps.take({**({} if value is None else {self.metric: value}), **metrics}, step)

        with trial_context.reporting_to(take):
            result = self._call(params, seed)
            if isinstance(result, Iterator):
                for step in result:
                    steps.take(self._by_name(step))
            elif result is not None or not steps.last:
                returned = steps.checked(self._by_name(result))
                trial_context.observe(None, returned)
                return steps.outcome(returned)
        if self.metric not in steps.last:
            raise ValueError(
                f"the function must tell the metric {self.metric!r} at least once,"
                f" got {sorted(steps.last)}."
                f" {self._way_out(steps.last)}"
            )
        return steps.outcome()

    def probing(self) -> tuple["FunctionObjective", int]:
        """Return what evaluates one trial, for timing it; a function's trial is one call."""
        return self, 1

    def _call(self, params: Mapping[str, object], seed: int) -> Any:
        if not self.unpack:
            return self.function(dict(params))
        return self.function(**{**self.static, **dict.fromkeys(self.seed_names, seed), **params})

    def _by_name(self, result: object) -> dict[str, Any]:
        """Return what a function gave as metrics by name; a bare number is the metric itself."""
        metrics = (
            {str(name): value for name, value in result.items()}
            if isinstance(result, Mapping)
            else {self.metric: result}
        )
        if self.metric not in metrics:
            raise ValueError(
                f"the function must give the metric {self.metric!r}, got {sorted(metrics)}."
                f" {self._way_out(metrics)}"
            )
        return metrics

    def _way_out(self, metrics: Mapping[str, object]) -> str:
        near = did_you_mean(self.metric, metrics, 0)
        return near or (f"Say which is tuned: metric={min(metrics)!r}." if metrics else "")
