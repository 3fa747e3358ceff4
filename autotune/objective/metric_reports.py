"""A trial's metrics while it runs: the last of each, and reports of the tuned one by steps."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from autotune.workers.trial_context import observe

Report = Callable[[int, float], None]
MAX_METRICS = 100
ALL_OF, OF_DIGITS = 1000, 3


class Steps:
    """Takes metrics as they come, and reports the tuned one.

    Args:
        metric: The name of the metric that is tuned.
        report: Called with a step and a value; it may raise `Stopped`.
        late: Report a value when the next one comes only, so that one that turns out to be the
            final one is not a step.
        silent: Report nothing.
        value: What of its reports is the trial's value: ``last``, ``best`` or ``mean``.
        mode: ``max`` or ``min``: which reports are the better ones.
    """

    def __init__(
        self,
        metric: str,
        report: Report,
        *,
        late: bool = False,
        silent: bool = False,
        value: str = "last",
        mode: str = "max",
    ) -> None:
        self.metric, self.report, self.late, self.silent = metric, report, late, silent
        self.value, self.better = value, max if mode == "max" else min
        self._best: float | None = None
        self._sum, self._count = 0.0, 0
        self.last: dict[str, float] = {}
        self.counts: Counter[str] = Counter()
        self.step = 0
        self._waiting: tuple[int, float] | None = None
        self._reported = 0

    def take(self, metrics: Mapping[str, object], step: int | None = None) -> None:
        """Take some metrics of a step, by default of the one after the last.

        Raises:
            TypeError: if one is not a number. ValueError: if the tuned one is not finite, or there
                are too many.
        """
        numbers = self.checked(metrics)
        self.last |= numbers
        self.counts.update(map(str, metrics))
        if len(self.last) > MAX_METRICS:
            raise ValueError(
                f"a trial must tell at most {MAX_METRICS} metrics,"
                f" got another one: {next(iter(metrics))!r}"
            )
        for name, value in numbers.items():
            observe(self.counts[name] if step is None else int(step), {name: value})
        if self.metric in metrics:
            self._weigh(self.last[self.metric])
            step = self.step + 1 if step is None else int(step)
            if step > self.step:
                self.step = step
                self._tell((step, self.last[self.metric]))

    def _weigh(self, value: float) -> None:
        self._best = value if self._best is None else self.better(self._best, value)
        self._sum, self._count = self._sum + value, self._count + 1

    def outcome(self, returned: Mapping[str, float] | None = None) -> dict[str, float]:
        """Return the trial's metrics: of each the last, of the tuned one what its value is.

        What a function returned in the end is the last; it may be the best, and is the mean only of
        a trial that reported nothing.
        """
        metrics = {**self.last, **(returned or {})}
        final = metrics.get(self.metric)
        if self.value == "last" or final is None or self._best is None:
            return metrics
        best = self.better(self._best, final)
        return {**metrics, self.metric: best if self.value == "best" else self._sum / self._count}

    def checked(self, metrics: Mapping[str, object]) -> dict[str, float]:
        """Return metrics as numbers; others than the tuned one are left out where they are none.

        Raises:
            TypeError: if the tuned one is not a number. ValueError: if it is not finite.
        """
        numbers = {
            str(name): _number(str(name), value)
            for name, value in metrics.items()
            if name == self.metric or _is_number(value)
        }
        if not math.isfinite(numbers.get(self.metric, 0.0)):
            raise ValueError(
                f"the metric {self.metric!r} must be finite, got {numbers[self.metric]}"
            )
        return numbers

    def _tell(self, report: tuple[int, float]) -> None:
        due, self._waiting = (self._waiting, report) if self.late else (report, None)
        if due is None or self.silent:
            return
        self._reported += 1
        if is_kept(self._reported):
            self.report(*due)


def is_kept(count: int) -> bool:
    """Return whether the report of this number is passed on, so that no store fills up.

    All of the first thousand are, then fewer and fewer.

    >>> [is_kept(n) for n in (1, 999, 1001, 1010, 12345, 12300)]
    [True, True, False, True, False, True]
    """
    return count < ALL_OF or count % 10 ** (len(str(count)) - OF_DIGITS) == 0


def _is_number(value: object) -> bool:
    """Return whether a value is a number, of Python or of a library such as numpy."""
    return isinstance(value, int | float) or (
        hasattr(value, "__float__") and getattr(value, "shape", None) == ()
    )


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        raise TypeError(
            f"the metric {name!r} must be a number, got {type(value).__name__}"
        ) from None
